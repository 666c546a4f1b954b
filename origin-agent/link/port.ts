import type { FileAnswer } from "#protocol";

/** How a socket ended: a code of RFC 6455 or of `CLOSE`, 1006 when the network broke. */
export interface SocketClose {
  readonly code: number;
  readonly reason: string;
}

/** What a socket tells. Nothing is told any more after `closed`, nor after the owner's own `close()`. */
export interface SocketListener {
  opened(): void;
  message(message: string | ArrayBuffer): void;
  closed(close: SocketClose): void;
}

export interface Socket {
  /** Bytes given to `send` that the operating system has not taken yet. */
  readonly bufferedAmount: number;
  /** Nothing happens while the socket is not open. The buffer belongs to the socket from here on. */
  send(message: string | ArrayBuffer): void;
  /**
   * Final at once for the owner, whatever the peer still says. `code` is 1000 or 3000 to 4999.
   * @returns settles when the peer has answered or is gone, which a silent peer may never be; never rejects
   */
  close(code: number, reason: string): Promise<void>;
}

export type TicketAnswer =
  | { readonly granted: true; readonly ticket: string }
  /** `refused`: the session or the resume token is no more. `unreachable`: trying again may help. */
  | { readonly granted: false; readonly why: "refused" | "unreachable" };

/** The edge, as the agent sees it: the whole outside world of the links. */
export interface EdgePort {
  /** Dial a WebSocket of this path, `/api/v1/...`. Failures come as `closed`, never as an exception. */
  dial(path: string, ticket: string, listener: SocketListener): Socket;
  /** Buy the next ticket of a session. Always answers, within a limit; never throws. */
  renewTicket(session: string, resume: string): Promise<TicketAnswer>;
  /** What goes along with a call about files; undefined when it cannot be had. Always answers, within a limit; never throws. */
  fetchPiece(session: string, call: string): Promise<Uint8Array | undefined>;
  /** The answer to such a call. Nothing happens when nobody waits for it, or the edge is away; never throws. */
  answerCall(session: string, call: string, answer: FileAnswer | Uint8Array): Promise<void>;
}

export type Cancel = () => void;

/** Time and chance, as functions. */
export interface Timers {
  /** Unix milliseconds. */
  now(): number;
  after(delayMs: number, run: () => void): Cancel;
  /** At least 0, below 1. */
  chance(): number;
}
