import {
  ALIVE,
  PING,
  PONG,
  PROBE,
  RESUME_SUBPROTOCOL_PREFIX,
  SEEN_SUBPROTOCOL_PREFIX,
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
} from "#protocol";
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
/** Something came, and then nothing for so long: the screen stands still, or the line is dead. */
const HUSH_MS = 2_000;
/** Where something speaks for a dead line, nobody who holds the phone wants to wait for long. */
const SUSPECT_DEADLINE_MS = 2_000;
const NORMAL_CLOSURE = 1000;

/** One WebSocket of a viewer, with a deadline for every silence. */
export class ViewerSocket {
  readonly #socket: WebSocket;
  readonly #port: ViewerSocketPort;
  #over = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer rings. */
  #lookAt = 0;
  #receivedAt = 0;
  /** The same without pongs, which say only that the line stands. */
  #spokenAt = 0;
  /** Nothing has come since the hush was looked into: from then on the line is tried now and then. */
  #resting = true;
  #pingedAt: number | undefined;
  /** Of the last ping, milliseconds; undefined before the first was answered. */
  roundTripMs: number | undefined;

  /** @param seen the last video frame that is here with all before it, for who comes back */
  constructor(edge: URL, session: string, pass: Pass, seen: number | undefined, port: ViewerSocketPort) {
    this.#port = port;
    const url = new URL(`/api/v1/sessions/${encodeURIComponent(session)}/viewer`, edge);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url, [SUBPROTOCOL, ...subprotocolsOf(pass, seen)]);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => port.opened();
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#received(data);
    socket.onclose = ({ code }) => this.#lost(code);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#giveUp(), WELCOME_DEADLINE_MS);
  }

  /** What the person does is answered by the device: into a silence it is sent along with a question. */
  send(message: string | ArrayBuffer): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(message);
    if (typeof message !== "string" && performance.now() - this.#receivedAt > HUSH_MS) this.suspect();
  }

  /** Bytes that wait to be sent. */
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /** Something suggests that the connection may be dead: find out soon. */
  suspect(): void {
    const underWay = this.#pingedAt !== undefined && this.#lookAt <= performance.now() + SUSPECT_DEADLINE_MS;
    if (!this.#over && this.#receivedAt > 0 && !underWay) this.#ping(SUSPECT_DEADLINE_MS);
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket.close(NORMAL_CLOSURE);
  }

  #received(data: string | ArrayBuffer): void {
    if (this.#over) return;
    this.#receivedAt = performance.now();
    if (data === PONG) return this.#answered();
    if (data === PROBE) return this.send(ALIVE);
    this.#spokenAt = this.#receivedAt;
    // One timer, looked at when it rings, and brought forward when a rest is over: setting one per frame would cost more
    // than the frame.
    if (this.#resting) this.#watch(HUSH_MS);
    this.#resting = false;
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
    this.#lookAt = performance.now() + forMs;
    this.#timer = setTimeout(() => this.#look(), forMs);
  }

  #look(): void {
    if (this.#pingedAt !== undefined && this.#receivedAt < this.#pingedAt) return this.#giveUp();
    this.#pingedAt = undefined;
    const at = performance.now();
    if (!this.#resting) {
      const hush = at - this.#spokenAt;
      if (hush < HUSH_MS) return this.#watch(HUSH_MS - hush);
      this.#resting = true;
      return this.#ping(SUSPECT_DEADLINE_MS);
    }
    const silence = at - this.#receivedAt;
    if (silence < IDLE_PING_MS) return this.#watch(IDLE_PING_MS - silence);
    this.#ping(PONG_DEADLINE_MS);
  }

  #ping(answerWithinMs: number): void {
    this.#pingedAt = performance.now();
    this.#watch(answerWithinMs);
    this.send(PING);
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

function subprotocolsOf(pass: Pass, seen: number | undefined): readonly string[] {
  if ("ticket" in pass) return [TICKET_SUBPROTOCOL_PREFIX + pass.ticket];
  return [RESUME_SUBPROTOCOL_PREFIX + pass.resume, ...(seen === undefined ? [] : [SEEN_SUBPROTOCOL_PREFIX + seen])];
}
