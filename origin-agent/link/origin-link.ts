import {
  type AudioFormat,
  CLOSE,
  type OriginMessage,
  originChannel,
  PROTOCOL_VERSION,
  ProtocolFault,
  type ToOriginMessage,
  toOriginChannel,
} from "#protocol";
import { type Backoff, noteConnected, sessionBackoff, waitAfterLoss } from "./backoff.ts";
import { Connection, type ConnectionEnd, describeEnd, mayReconnect } from "./connection.ts";
import type { Cancel, EdgePort, Timers } from "./port.ts";

/** How long a session outlives its connection; the edge waits longer. */
export const ORIGIN_GRACE_MS = 30_000;

export type OriginWelcome = Extract<ToOriginMessage, { type: "welcome" }>;

/** Why the link gave up. */
export type OriginEnd =
  /** The session is over on the edge's side: nothing is left to report. */
  | { readonly kind: "session-over"; readonly words: string }
  /** It could not be served any more. */
  | { readonly kind: "failed"; readonly words: string };

export interface OriginListener {
  /** Connected and greeted, for the first time or again. */
  online(welcome: OriginWelcome): void;
  /** The connection is lost; the link tries to come back. */
  away(why: string): void;
  said(message: Exclude<ToOriginMessage, OriginWelcome>): void;
  /** A binary message, not yet looked at. A throw of ProtocolFault ends the connection. */
  received(message: ArrayBuffer): void;
  /** Once, the last call; not after `leave()`. */
  over(end: OriginEnd): void;
}

export interface OriginOptions {
  readonly edge: EdgePort;
  readonly timers: Timers;
  readonly session: string;
  readonly ticket: string;
  readonly agent: string;
  readonly audio: AudioFormat | undefined;
  readonly listener: OriginListener;
}

type State =
  | { readonly phase: "joining" | "online"; readonly connection: Connection }
  | { readonly phase: "waiting"; readonly cancel: Cancel }
  | { readonly phase: "renewing" }
  | { readonly phase: "over" };

/** One session's socket to the edge: comes back by itself for a grace time, each time with a new ticket. */
export class OriginLink {
  readonly #options: OriginOptions;
  readonly #backoff: Backoff = sessionBackoff();
  #state: State;
  #cancelGrace: Cancel | undefined;
  /** The ticket at hand: spent as soon as a connection with it has opened. */
  #ticket: string | undefined;
  /** Buys tickets, from the first welcome on. */
  #resume: string | undefined;

  constructor(options: OriginOptions) {
    this.#options = options;
    this.#ticket = options.ticket;
    this.#startGrace();
    this.#state = this.#dial(options.ticket);
  }

  /** Bytes that wait in the socket; undefined while it is not online. */
  get bufferedAmount(): number | undefined {
    return this.#state.phase === "online" ? this.#state.connection.bufferedAmount : undefined;
  }

  /** Nothing happens while away: what must not be lost is said again after the welcome. */
  tell(message: OriginMessage): void {
    if (this.#state.phase === "online") this.#state.connection.send(originChannel.write(message));
  }

  /** Frames are not acknowledged: find out soon whether the edge is still there. */
  suspect(): void {
    if (this.#state.phase === "online") this.#state.connection.suspect();
  }

  sendFrame(message: ArrayBuffer): void {
    if (this.#state.phase === "online") this.#state.connection.send(message);
  }

  /** A new ticket came from the fleet: while away it is the quickest way back. */
  offerTicket(ticket: string): void {
    if (this.#state.phase !== "waiting" && this.#state.phase !== "renewing") return;
    if (this.#state.phase === "waiting") this.#state.cancel();
    this.#ticket = ticket;
    this.#state = this.#dial(ticket);
  }

  /** Leave on purpose: no resume is wanted. @returns settles when the edge has heard it, which may be never */
  leave(): Promise<void> {
    this.tell({ type: "bye" });
    return this.#stop();
  }

  async #stop(): Promise<void> {
    const state = this.#state;
    this.#state = { phase: "over" };
    this.#cancelGrace?.();
    if (state.phase === "waiting") state.cancel();
    else if (state.phase === "joining" || state.phase === "online") await state.connection.leave();
  }

  #giveUp(end: OriginEnd): void {
    void this.#stop();
    this.#options.listener.over(end);
  }

  #startGrace(): void {
    this.#cancelGrace ??= this.#options.timers.after(ORIGIN_GRACE_MS, () =>
      this.#giveUp({ kind: "failed", words: "the edge could not be reached in time" }),
    );
  }

  #dial(ticket: string): State {
    const { edge, timers, session, agent, audio } = this.#options;
    const path = `/api/v1/sessions/${encodeURIComponent(session)}/origin`;
    const connection: Connection = new Connection(edge, timers, path, ticket, {
      opened: () => {
        this.#ticket = undefined;
        const hello = {
          type: "hello",
          protocol: PROTOCOL_VERSION,
          agent,
          resumed: this.#resume !== undefined,
        } as const;
        connection.send(originChannel.write(audio === undefined ? hello : { ...hello, audio }));
      },
      message: (message) => this.#read(connection, message),
      ended: (end) => this.#ended(end),
    });
    return { phase: "joining", connection };
  }

  #read(connection: Connection, message: string | ArrayBuffer): void {
    const { listener, timers } = this.#options;
    const online = this.#state.phase === "online";
    if (typeof message !== "string") {
      if (!online) throw new ProtocolFault("unexpected-message", "the welcome comes first");
      return listener.received(message);
    }
    const said = toOriginChannel.parse(message);
    if (said.type !== "welcome") {
      if (!online) throw new ProtocolFault("unexpected-message", "the welcome comes first");
      return listener.said(said);
    }
    if (online) throw new ProtocolFault("unexpected-message", "the welcome comes once");
    connection.welcomed();
    noteConnected(this.#backoff, timers.now());
    this.#resume = said.resume;
    this.#cancelGrace?.();
    this.#cancelGrace = undefined;
    this.#state = { phase: "online", connection };
    listener.online(said);
  }

  #ended(end: ConnectionEnd): void {
    const { listener, timers } = this.#options;
    const wasOnline = this.#state.phase === "online";
    const words = describeEnd(end);
    if (!mayReconnect(end)) return this.#giveUp({ kind: isFailure(end) ? "failed" : "session-over", words });
    // Without a resume token the first ticket is all there is; once spent, there is no way back.
    if (this.#resume === undefined && this.#ticket === undefined) return this.#giveUp({ kind: "failed", words });
    this.#startGrace();
    this.#waitAndReturn(waitAfterLoss(this.#backoff, timers.now(), timers.chance));
    if (wasOnline) listener.away(words);
  }

  #waitAndReturn(waitMs: number): void {
    const cancel = this.#options.timers.after(waitMs, () => {
      if (this.#ticket !== undefined) this.#state = this.#dial(this.#ticket);
      else void this.#renew();
    });
    this.#state = { phase: "waiting", cancel };
  }

  async #renew(): Promise<void> {
    const { edge, timers, session } = this.#options;
    if (this.#resume === undefined) return;
    const renewing: State = { phase: "renewing" };
    this.#state = renewing;
    const answer = await edge.renewTicket(session, this.#resume);
    // An offered ticket, or the end, may have overtaken the answer.
    if (this.#state !== renewing) return;
    if (answer.granted) {
      this.#ticket = answer.ticket;
      this.#state = this.#dial(answer.ticket);
    } else if (answer.why === "refused") {
      this.#giveUp({ kind: "session-over", words: CLOSE.noSuchSession.words });
    } else {
      this.#waitAndReturn(waitAfterLoss(this.#backoff, timers.now(), timers.chance));
    }
  }
}

/** Ends that the fleet does not know of by itself. */
function isFailure(end: ConnectionEnd): boolean {
  if (end.kind !== "closed") return true;
  const codes: readonly number[] = [
    CLOSE.protocolFault.code,
    CLOSE.notPermitted.code,
    CLOSE.messageTooBig.code,
    CLOSE.versionUnsupported.code,
  ];
  return codes.includes(end.code);
}
