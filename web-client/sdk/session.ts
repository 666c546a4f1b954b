import { CLOSE, unreachable } from "#protocol";
import { retryWait, STABLE_MS } from "./backoff.ts";
import { type EndReason, endReasonOf, type SessionState } from "./state.ts";

/** What the viewer has to show for itself. A resume token is worth most: it is this very seat. */
export interface Credentials {
  /** Out of a link; it may be good for one redemption only. */
  grant: string | undefined;
  /** Opens one socket; kept until it is known to be spent, since a link may not buy another. */
  ticket: { readonly session: string; readonly token: string } | undefined;
  resume: { readonly session: string; readonly token: string } | undefined;
}

/** What opens a socket: a ticket, or the seat's resume token, which saves buying one first (docs/protocol.md, R-2). */
export type Pass = { readonly ticket: string } | { readonly resume: string };

/** The client's side of a session: edited in place by `step`, and by nothing else. */
export interface SessionModel {
  state: SessionState;
  readonly credentials: Credentials;
  /** Tries since the last connection that held. */
  attempt: number;
  /** When the socket was welcomed, Unix milliseconds; undefined while there is none. */
  welcomedAt: number | undefined;
  /** A welcome has come since the page was loaded. */
  everWelcomed: boolean;
  /** A request or a socket is under way, or open. */
  busy: boolean;
  /** The edge opened no socket for the resume token: asked for a ticket, it says why, or it is one that sells them only. */
  resumeRefused: boolean;
}

/** What has happened; `at` is Unix milliseconds. */
export type SessionEvent = { readonly at: number } & (
  | { readonly type: "started" }
  /** A request for a ticket was answered. */
  | { readonly type: "ticket-granted"; readonly session: string; readonly ticket: string }
  /** It was refused, and asking again would not help. */
  | { readonly type: "ticket-denied"; readonly reason: EndReason }
  /** It was not answered, or by a fault of the edge. */
  | { readonly type: "request-failed" }
  | { readonly type: "welcomed"; readonly session: string; readonly resume: string; readonly origin: "online" | "away" }
  | { readonly type: "origin-changed"; readonly origin: "online" | "away" }
  /** The socket closed, could not be opened in time or fell silent; without a code nothing was said. */
  | { readonly type: "socket-lost"; readonly code?: number }
  | { readonly type: "wait-over" }
  /** The network or the person has come back: no reason to wait any longer. */
  | { readonly type: "woken" }
  /** The page is being put away and may come back. */
  | { readonly type: "put-away" }
  | { readonly type: "failed"; readonly reason: EndReason }
  | { readonly type: "close-asked" }
);

/** Orders to the shell. An order that begins a stage ends the one before it. */
export type SessionEffect =
  | { readonly type: "redeem"; readonly grant: string }
  | { readonly type: "renew"; readonly session: string; readonly resume: string }
  | { readonly type: "dial"; readonly session: string; readonly pass: Pass }
  | { readonly type: "wait"; readonly until: number }
  | { readonly type: "hang-up"; readonly bye: boolean }
  /** Keep this for a reload of the page. */
  | { readonly type: "remember"; readonly session: string; readonly resume: string }
  | { readonly type: "forget" };

export function createSession(credentials: Credentials): SessionModel {
  return {
    state: { name: "idle" },
    credentials,
    attempt: 0,
    welcomedAt: undefined,
    everWelcomed: false,
    busy: false,
    resumeRefused: false,
  };
}

/**
 * What follows from an event.
 * @param chance at least 0, below 1: spreads the retries of many viewers
 */
export function step(model: SessionModel, event: SessionEvent, chance: number): SessionEffect[] {
  if (model.state.name === "ended" || (isAnswer(event) && !model.busy)) return [];
  switch (event.type) {
    case "started":
      return model.state.name === "idle" ? proceed(model) : [];
    case "ticket-granted":
      model.credentials.ticket = { session: event.session, token: event.ticket };
      return proceed(model);
    case "ticket-denied":
      return denied(model, event.reason);
    case "request-failed":
      return retry(model, event.at, chance);
    case "welcomed":
      return welcomed(model, event);
    case "origin-changed":
      if (model.welcomedAt !== undefined)
        model.state = { name: event.origin === "online" ? "live" : "waiting-for-origin" };
      return [];
    case "socket-lost":
      return lost(model, event.code, event.at, chance);
    case "wait-over":
    case "woken":
      return model.state.name === "reconnecting" && !model.busy ? proceed(model) : [];
    case "put-away":
      model.welcomedAt = undefined;
      model.busy = false;
      model.state = { name: "reconnecting", attempt: model.attempt, retryAt: undefined };
      return [{ type: "hang-up", bye: false }];
    case "failed":
      return end(model, event.reason);
    case "close-asked":
      return end(model, "closed");
    default:
      return unreachable(event);
  }
}

/** Says something of a try; without one it comes too late. */
function isAnswer({ type }: SessionEvent): boolean {
  return type === "ticket-granted" || type === "ticket-denied" || type === "request-failed" || type === "welcomed";
}

/** Take the next step towards a socket, with the best that there is to show. */
function proceed(model: SessionModel): SessionEffect[] {
  const { grant, ticket, resume } = model.credentials;
  if (ticket !== undefined) {
    beginTry(model, "connecting");
    return [{ type: "dial", session: ticket.session, pass: { ticket: ticket.token } }];
  }
  if (resume !== undefined) {
    beginTry(model, "connecting");
    const { session, token } = resume;
    return model.resumeRefused
      ? [{ type: "renew", session, resume: token }]
      : [{ type: "dial", session, pass: { resume: token } }];
  }
  if (grant !== undefined) {
    beginTry(model, "redeeming");
    return [{ type: "redeem", grant }];
  }
  return end(model, "no-link");
}

function beginTry(model: SessionModel, first: "connecting" | "redeeming"): void {
  const again = model.attempt > 0 || model.everWelcomed;
  model.busy = true;
  model.state = again ? { name: "reconnecting", attempt: model.attempt, retryAt: undefined } : { name: first };
}

function welcomed(model: SessionModel, event: Extract<SessionEvent, { type: "welcomed" }>): SessionEffect[] {
  model.credentials.ticket = undefined;
  model.credentials.resume = { session: event.session, token: event.resume };
  model.welcomedAt = event.at;
  model.everWelcomed = true;
  model.resumeRefused = false;
  model.state = { name: event.origin === "online" ? "live" : "waiting-for-origin" };
  return [{ type: "remember", session: event.session, resume: event.resume }];
}

/** A seat remembered from before a reload may be gone: then the link is worth another try, but never within a visit. */
function denied(model: SessionModel, reason: EndReason): SessionEffect[] {
  const { credentials } = model;
  const wasResuming = credentials.resume !== undefined;
  if (wasResuming && !model.everWelcomed && credentials.grant !== undefined) {
    credentials.resume = undefined;
    return [{ type: "forget" }, ...proceed(model)];
  }
  return end(model, reason);
}

function lost(model: SessionModel, code: number | undefined, at: number, chance: number): SessionEffect[] {
  const held = model.welcomedAt !== undefined && at - model.welcomedAt >= STABLE_MS;
  if (held) model.attempt = 0;
  model.welcomedAt = undefined;
  const reason = code === undefined ? undefined : endReasonOf(code);
  // A seat remembered from before a reload may have been another session's.
  if (reason !== undefined) return code === CLOSE.noSuchSession.code ? denied(model, reason) : end(model, reason);
  const { credentials } = model;
  const showedResume = credentials.ticket === undefined && credentials.resume !== undefined && !model.resumeRefused;
  if (code === CLOSE.ticketRefused.code && showedResume) {
    model.resumeRefused = true;
    return proceed(model);
  }
  if (code === CLOSE.ticketRefused.code || credentials.resume !== undefined) credentials.ticket = undefined;
  const nothingLeft = Object.values(credentials).every((credential) => credential === undefined);
  return nothingLeft ? end(model, "ticket-refused") : retry(model, at, chance);
}

function retry(model: SessionModel, at: number, chance: number): SessionEffect[] {
  model.attempt += 1;
  model.busy = false;
  model.welcomedAt = undefined;
  const retryAt = at + retryWait(model.attempt, chance);
  model.state = { name: "reconnecting", attempt: model.attempt, retryAt };
  return [
    { type: "hang-up", bye: false },
    { type: "wait", until: retryAt },
  ];
}

const KEPT_FOR_A_RELOAD: ReadonlySet<EndReason> = new Set(["seat-replaced", "version-unsupported", "player-failed"]);

/** What is remembered goes too, except where a reload of this page would take the seat back. */
function end(model: SessionModel, reason: EndReason): SessionEffect[] {
  model.state = { name: "ended", reason };
  model.welcomedAt = undefined;
  model.busy = false;
  return [
    { type: "hang-up", bye: reason === "closed" },
    ...(KEPT_FOR_A_RELOAD.has(reason) ? [] : [{ type: "forget" } as const]),
  ];
}
