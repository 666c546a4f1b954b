import { PING, PONG, RESUME_SUBPROTOCOL_PREFIX, SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX } from "#protocol";
import type { Pass } from "./session.ts";

export interface ViewerSocketPort {
  opened(): void;
  text(message: string): void;
  binary(message: ArrayBuffer): void;
  /** Said once: closed by either end (with its code), not opened in time, or silent for too long. */
  lost(code: number | undefined): void;
}

/** From dialling to the first message of the edge. */
const WELCOME_DEADLINE_MS = 10_000;
/** The platform ends idle connections from about 100 s on; a ping keeps them, and shows a dead one. */
const IDLE_PING_MS = 20_000;
const PONG_DEADLINE_MS = 10_000;
/** After the network changed or the page was shown again, nobody wants to wait for that long. */
const SUSPECT_DEADLINE_MS = 3_000;
const NORMAL_CLOSURE = 1000;

/** One WebSocket of a viewer, with a deadline for every silence. */
export class ViewerSocket {
  readonly #socket: WebSocket;
  readonly #port: ViewerSocketPort;
  #over = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #receivedAt = 0;
  #pingedAt: number | undefined;
  /** Of the last ping, milliseconds; undefined before the first was answered. */
  roundTripMs: number | undefined;

  constructor(edge: URL, session: string, pass: Pass, port: ViewerSocketPort) {
    this.#port = port;
    const url = new URL(`/api/v1/sessions/${encodeURIComponent(session)}/viewer`, edge);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url, [SUBPROTOCOL, subprotocolOf(pass)]);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => port.opened();
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#received(data);
    socket.onclose = ({ code }) => this.#lost(code);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#giveUp(), WELCOME_DEADLINE_MS);
  }

  send(message: string | ArrayBuffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  /** Something suggests that the connection may be dead: find out soon. */
  suspect(): void {
    if (!this.#over && this.#receivedAt > 0) this.#ping(SUSPECT_DEADLINE_MS);
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket.close(NORMAL_CLOSURE);
  }

  #received(data: string | ArrayBuffer): void {
    if (this.#over) return;
    const first = this.#receivedAt === 0;
    this.#receivedAt = performance.now();
    // One timer for the whole life, looked at when it rings: setting one per frame would cost more than the frame.
    if (first) this.#watch(IDLE_PING_MS);
    if (data === PONG) return this.#answered();
    if (typeof data === "string") this.#port.text(data);
    else this.#port.binary(data);
  }

  #answered(): void {
    if (this.#pingedAt === undefined) return;
    this.roundTripMs = this.#receivedAt - this.#pingedAt;
    this.#pingedAt = undefined;
  }

  #watch(forMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), forMs);
  }

  #look(): void {
    const quiet = performance.now() - this.#receivedAt;
    if (this.#pingedAt !== undefined && this.#receivedAt < this.#pingedAt) return this.#giveUp();
    this.#pingedAt = undefined;
    if (quiet < IDLE_PING_MS) return this.#watch(IDLE_PING_MS - quiet);
    this.#ping(PONG_DEADLINE_MS);
  }

  #ping(answerWithinMs: number): void {
    this.#pingedAt = performance.now();
    this.send(PING);
    this.#watch(answerWithinMs);
  }

  #giveUp(): void {
    this.#socket.close();
    this.#lost(undefined);
  }

  #lost(code: number | undefined): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#port.lost(code);
  }
}

function subprotocolOf(pass: Pass): string {
  return "ticket" in pass ? TICKET_SUBPROTOCOL_PREFIX + pass.ticket : RESUME_SUBPROTOCOL_PREFIX + pass.resume;
}
