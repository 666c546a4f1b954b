import {
  ProtocolFault,
  type ToViewerMessage,
  toViewerChannel,
  unreachable,
  type ViewerMessage,
  viewerChannel,
} from "#protocol";
import { createSession, type Pass, type SessionEffect, type SessionEvent, step } from "./session.ts";
import type { EndReason, SessionState } from "./state.ts";
import { forgetSeat, rememberedSeat, rememberSeat } from "./tab-memory.ts";
import { redeemGrant, renewTicket, type TicketAnswer } from "./tickets.ts";
import { ViewerSocket } from "./viewer-socket.ts";

export interface ConnectionPort {
  /** First message on a new socket. */
  hello(): ViewerMessage;
  /** The last video frame of this session that is here with all before it; undefined when there is nothing to go on from. */
  seen(session: string): number | undefined;
  stateChanged(state: SessionState): void;
  said(message: ToViewerMessage): void;
  frame(message: ArrayBuffer): void;
  /** The socket is about to be closed from here: the moment for last words. */
  leaving(): void;
}

export interface ConnectionOptions {
  readonly edge: URL;
  readonly grant: string | undefined;
  readonly embeddedBy: string | undefined;
  readonly ticket: { readonly session: string; readonly token: string } | undefined;
}

type Happening = SessionEvent extends infer Event ? (Event extends SessionEvent ? Omit<Event, "at"> : never) : never;

/** Keeps one viewer's seat connected: turns what the browser tells into events, and carries out what follows. */
export class Connection {
  readonly #port: ConnectionPort;
  readonly #options: ConnectionOptions;
  readonly #model;
  readonly #ended = new AbortController();
  #stage = new AbortController();
  #socket: ViewerSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions, port: ConnectionPort) {
    this.#options = options;
    this.#port = port;
    const { edge, grant, ticket } = options;
    const seat = ticket === undefined ? rememberedSeat(edge, grant) : undefined;
    const resume = seat === undefined ? undefined : { session: seat.session, token: seat.resume };
    this.#model = createSession({ grant, ticket, resume });
    const listener = { signal: this.#ended.signal };
    addEventListener("online", () => this.#woken(), listener);
    addEventListener("offline", () => this.#socket?.suspect(), listener);
    // From one network to another, which some browsers tell without going offline in between.
    // Safe: the Network Information API, where there is one.
    const network = (navigator as { readonly connection?: EventTarget }).connection;
    network?.addEventListener("change", () => this.#woken(), listener);
    addEventListener("pageshow", () => this.#woken(), listener);
    addEventListener("pagehide", () => this.#happened({ type: "put-away" }), listener);
    document.addEventListener(
      "visibilitychange",
      () => document.visibilityState === "visible" && this.#woken(),
      listener,
    );
  }

  get state(): SessionState {
    return this.#model.state;
  }

  /** The seat's newest resume token; undefined before its first welcome, and after the end. */
  get seat(): { readonly session: string; readonly resume: string } | undefined {
    const { credentials, state } = this.#model;
    const { session, token: resume } = credentials.resume ?? {};
    return session === undefined || resume === undefined || state.name === "ended" ? undefined : { session, resume };
  }

  /** Of the last ping while nothing else was said, milliseconds. */
  get pingRoundTripMs(): number | undefined {
    return this.#socket?.roundTripMs;
  }

  /** Bytes that wait in the socket. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  start(): void {
    this.#happened({ type: "started" });
  }

  fail(reason: EndReason): void {
    this.#happened({ type: "failed", reason });
  }

  close(): void {
    this.#happened({ type: "close-asked" });
  }

  /** Do not wait for the next try. */
  retryNow(): void {
    this.#happened({ type: "woken" });
  }

  tell(message: ViewerMessage): void {
    this.#socket?.send(viewerChannel.write(message));
  }

  send(message: ArrayBuffer): void {
    this.#socket?.send(message);
  }

  #woken(): void {
    this.#socket?.suspect();
    this.#happened({ type: "woken" });
  }

  #happened(happening: Happening): void {
    const before = this.#model.state;
    const effects = step(this.#model, { ...happening, at: Date.now() } as SessionEvent, Math.random());
    for (const effect of effects) this.#carryOut(effect);
    if (this.#model.state !== before) this.#port.stateChanged(this.#model.state);
    if (this.#model.state.name === "ended") this.#ended.abort();
  }

  #carryOut(effect: SessionEffect): void {
    const { edge, grant, embeddedBy } = this.#options;
    const around = embeddedBy === undefined ? {} : { embeddedBy };
    switch (effect.type) {
      case "redeem":
        return this.#ask((signal) => redeemGrant(edge, { grant: effect.grant, ...around }, signal));
      case "renew":
        return this.#ask((signal) => renewTicket(edge, effect.session, effect.resume, signal));
      case "dial":
        return this.#dial(effect.session, effect.pass);
      case "wait":
        this.#retry = setTimeout(() => this.#happened({ type: "wait-over" }), effect.until - Date.now());
        return;
      case "hang-up":
        this.#port.leaving();
        if (effect.bye) this.tell({ type: "bye" });
        return this.#endStage();
      case "remember":
        return rememberSeat(edge, grant, effect);
      case "forget":
        return forgetSeat();
      default:
        return unreachable(effect);
    }
  }

  #ask(question: (signal: AbortSignal) => Promise<TicketAnswer>): void {
    this.#endStage();
    const { signal } = this.#stage;
    const answered = (answer: TicketAnswer) => {
      if (!signal.aborted) this.#happened(answer);
    };
    question(signal).then(answered, () => answered({ type: "request-failed" }));
  }

  #dial(session: string, pass: Pass): void {
    this.#endStage();
    this.#socket = new ViewerSocket(this.#options.edge, session, pass, this.#port.seen(session), {
      // A seat that is known says no hello: its welcome is on the way (docs/protocol.md, M-1).
      opened: () => "ticket" in pass && this.tell(this.#port.hello()),
      text: (text) => this.#heard(text),
      binary: (message) => this.#port.frame(message),
      lost: (code) => {
        this.#socket = undefined;
        this.#happened({ type: "socket-lost", ...(code === undefined ? {} : { code }) });
      },
    });
  }

  #heard(text: string): void {
    try {
      const message = toViewerChannel.parse(text);
      if (message.type === "welcome") {
        const { session, resume, origin } = message;
        this.#happened({ type: "welcomed", session, resume, origin });
      }
      if (message.type === "origin") this.#happened({ type: "origin-changed", origin: message.state });
      this.#port.said(message);
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      // A newer edge may say what this version does not know; what it must know, it would miss.
      if (error.code !== "unknown-type") this.fail("protocol-fault");
    }
  }

  #endStage(): void {
    clearTimeout(this.#retry);
    this.#stage.abort();
    this.#stage = new AbortController();
    this.#socket?.close();
    this.#socket = undefined;
  }
}
