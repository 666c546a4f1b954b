import { ALIVE, CLOSE, closeName, PING, PONG, PROBE, ProtocolFault, unreachable } from "#protocol";
import type { Cancel, EdgePort, Socket, Timers } from "./port.ts";

/** Handshakes that wake a sleeping object were seen to take over 10 s. */
export const OPEN_DEADLINE_MS = 15_000;
export const WELCOME_DEADLINE_MS = 10_000;
/** Idle sockets were seen to be dropped from 100 s on; a ping is answered without waking the object. */
export const PING_INTERVAL_MS = 20_000;
export const PONG_DEADLINE_MS = 10_000;
/** For a connection under suspicion, on which something should have come already; also how often one may be suspected. */
const SUSPICION_MS = 5_000;

/** How one connection ended. */
export type ConnectionEnd =
  | { readonly kind: "closed"; readonly code: number }
  | { readonly kind: "late"; readonly stage: "open" | "welcome" | "pong" }
  /** The edge sent what the protocol does not allow. */
  | { readonly kind: "fault"; readonly fault: ProtocolFault }
  /** A mistake of ours while a message was worked on. */
  | { readonly kind: "bug"; readonly error: unknown };

export interface ConnectionListener {
  /** The socket is open: time for the hello. */
  opened(): void;
  /** A throw of ProtocolFault ends this connection alone. */
  message(message: string | ArrayBuffer): void;
  /** Once, the last call. Not after the owner's own `leave()`. */
  ended(end: ConnectionEnd): void;
}

/** One socket from dial to close, with a deadline on every stage: open, welcome, and an answer to every ping. */
export class Connection {
  readonly #timers: Timers;
  readonly #listener: ConnectionListener;
  readonly #socket: Socket;
  #cancelTimer: Cancel;
  #over = false;
  #welcomed = false;
  #suspected = false;
  #suspectedAt = Number.NEGATIVE_INFINITY;

  constructor(edge: EdgePort, timers: Timers, path: string, ticket: string, listener: ConnectionListener) {
    this.#timers = timers;
    this.#listener = listener;
    this.#cancelTimer = timers.after(OPEN_DEADLINE_MS, () => this.#end({ kind: "late", stage: "open" }));
    this.#socket = edge.dial(path, ticket, {
      opened: () => {
        this.#next(WELCOME_DEADLINE_MS, () => this.#end({ kind: "late", stage: "welcome" }));
        listener.opened();
      },
      message: (message) => this.#read(message),
      closed: ({ code }) => this.#end({ kind: "closed", code }),
    });
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /** The welcome was read: from here on pings keep watch. */
  welcomed(): void {
    this.#welcomed = true;
    this.#pingLater();
  }

  /** What should have come has not: ask now whether anybody is there. Any word is an answer. */
  suspect(): void {
    const at = this.#timers.now();
    if (!this.#welcomed || at - this.#suspectedAt < SUSPICION_MS) return;
    this.#suspectedAt = at;
    this.#suspected = true;
    this.#ping(SUSPICION_MS);
  }

  send(message: string | ArrayBuffer): void {
    if (!this.#over) this.#socket.send(message);
  }

  /** @returns settles when the edge has heard it, which may be never */
  leave(code = 1000, reason = ""): Promise<void> {
    this.#over = true;
    this.#cancelTimer();
    return this.#socket.close(code, reason);
  }

  #read(message: string | ArrayBuffer): void {
    if (this.#suspected || message === PONG) this.#pingLater();
    if (message === PONG) return;
    if (message === PROBE) return this.send(ALIVE);
    try {
      this.#listener.message(message);
    } catch (error) {
      this.#end(error instanceof ProtocolFault ? { kind: "fault", fault: error } : { kind: "bug", error });
    }
  }

  #pingLater(): void {
    this.#suspected = false;
    this.#next(PING_INTERVAL_MS, () => this.#ping(PONG_DEADLINE_MS));
  }

  #ping(deadlineMs: number): void {
    this.send(PING);
    this.#next(deadlineMs, () => this.#end({ kind: "late", stage: "pong" }));
  }

  #next(delayMs: number, run: () => void): void {
    if (this.#over) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#timers.after(delayMs, run);
  }

  #end(end: ConnectionEnd): void {
    if (this.#over) return;
    void this.leave(...farewell(end));
    this.#listener.ended(end);
  }
}

function farewell(end: ConnectionEnd): [code: number, reason: string] {
  switch (end.kind) {
    case "closed":
    case "late":
      return [1000, ""];
    case "fault":
      return [CLOSE.protocolFault.code, CLOSE.protocolFault.words];
    case "bug":
      return [CLOSE.internal.code, ""];
    default:
      return unreachable(end);
  }
}

/** Whether another connection may be tried after this end; codes that are not ours mean the network. */
export function mayReconnect(end: ConnectionEnd): boolean {
  if (end.kind !== "closed") return end.kind !== "bug";
  const name = closeName(end.code);
  return name === undefined || CLOSE[name].after === "reconnect";
}

/** What happened, for the operator's log. */
export function describeEnd(end: ConnectionEnd): string {
  switch (end.kind) {
    case "closed": {
      const name = closeName(end.code);
      return name === undefined ? `the connection broke (${end.code})` : CLOSE[name].words;
    }
    case "late":
      return end.stage === "pong" ? "the edge stopped answering" : `no ${end.stage} from the edge in time`;
    case "fault":
      return `the edge broke the protocol (${end.fault.code}: ${end.fault.message})`;
    case "bug":
      return `a mistake of this agent (${end.error instanceof Error ? end.error.message : "unknown"})`;
    default:
      return unreachable(end);
  }
}
