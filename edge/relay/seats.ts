import { PROTOCOL_VERSION, summarizeAges, type ToViewerMessage, unreachable, type ViewerMessage } from "#protocol";
import { mayOpen, takeTransfer } from "./allowance.ts";
import { catchUp, servePicture, servePictureAgain } from "./catch-up.ts";
import type { RelayEffect } from "./effect.ts";
import type { ResumedSocket, ViewerSocket } from "./event.ts";
import { foldTarget, isLimited } from "./fold-target.ts";
import { acknowledgeOrigin, askKeyframe, demandKeyframe } from "./frames.ts";
import { hardwareAnswered, isSample, SAMPLES_PER_SECOND, sampleArrived } from "./hardware.ts";
import {
  announceLease,
  dropLease,
  GRANTS_PER_SECOND,
  INPUT_PER_SECOND,
  leaseAnswered,
  leaseFor,
  leaseRequested,
  liftHeld,
  offerLease,
} from "./lease.ts";
import { createRateLimit, takeToken } from "./rate-limit.ts";
import { createSeatRate, noteSample } from "./seat-rate.ts";
import { acknowledge, createSeatWindow } from "./seat-window.ts";
import {
  type Connection,
  createSeat,
  EMPTY_GRACE_MS,
  NO_LIMITS,
  type RelayState,
  type Seat,
  type SeatTerms,
  type WatchingPresence,
  watchingSeats,
} from "./state.ts";
import { noteSteering } from "./time-limits.ts";

/** How long a seat is kept for somebody who has a ticket, or whose socket was lost (S-8). */
export const SEAT_GRACE_MS = 60_000;
/** A socket that opened has so long to say hello. */
export const HELLO_DEADLINE_MS = 10_000;
/** Control messages of one seat (M-11): acknowledgements are 10 a second, all others a handful. */
const CONTROLS_PER_SECOND = 60;

export function seatAdmitted(
  state: RelayState,
  id: string,
  terms: SeatTerms,
  mirror: string | undefined,
  at: number,
): RelayEffect[] {
  state.seats.set(id, createSeat({ id, mirror, presence: { phase: "absent", until: at + SEAT_GRACE_MS } }, terms, at));
  // Whoever comes is not to find that nobody was there for too long.
  state.steeredAt = at;
  state.emptyUntil = undefined;
  return [{ type: "remember" }];
}

/** S-2 holds for seats too: the newest connection wins, the older one is closed. */
export function viewerConnected(
  state: RelayState,
  { seat: id, rights, connection, mirror }: ViewerSocket,
  at: number,
): RelayEffect[] {
  const known = state.seats.get(id);
  const before = known?.presence;
  const effects: RelayEffect[] = [];
  if (before !== undefined && before.phase !== "absent") {
    effects.push({ type: "close-seat", seat: id, connection: before.connection, reason: "seatReplaced" });
    if (state.lease.holder === id) effects.push(...liftHeld(state));
  }
  const presence = { phase: "greeting", connection, until: at + HELLO_DEADLINE_MS } as const;
  const seat = known ?? createSeat({ id, mirror, presence }, { ...NO_LIMITS, rights }, at);
  state.seats.set(id, { ...seat, rights, mirror, presence, warnedOf: undefined });
  state.emptyUntil = undefined;
  effects.push({ type: "note-seat", seat: id }, { type: "remember" });
  if (before?.phase === "watching") effects.push(...tellViewers(state));
  return effects;
}

/** A seat that came back with its resume token: it is known, its version stands in the subprotocol, and none waits (M-1). */
export function viewerResumed(state: RelayState, resumed: ResumedSocket, at: number): RelayEffect[] {
  const effects = viewerConnected(state, resumed, at);
  const seat = state.seats.get(resumed.seat);
  const serve: typeof servePicture = (...seatToServe) => servePictureAgain(...seatToServe, resumed.seen);
  return seat === undefined ? effects : [...effects, ...welcomed(state, seat, resumed.connection, serve, at)];
}

export function viewerSaid(state: RelayState, seat: Seat, message: ViewerMessage, at: number): RelayEffect[] {
  const { presence } = seat;
  if (presence.phase === "greeting") return greeted(state, seat, presence.connection, message, at);
  if (presence.phase === "absent") return [];
  if (!passesRate(presence, message, at)) {
    return [{ type: "close-seat", seat: seat.id, connection: presence.connection, reason: "tooManyMessages" }];
  }
  switch (message.type) {
    case "hello":
      return [closeSeat(seat.id, presence.connection)];
    case "ack":
      return acknowledged(state, seat, presence, message, at);
    case "keyframe-request":
      if (!seat.rights.includes("view")) return [];
      presence.video = "waiting";
      presence.window.broken = true;
      return [{ type: "note-seat", seat: seat.id }, ...demandKeyframe(state, at)];
    case "clock":
      return [{ type: "tell-seat", seat: seat.id, message: clockReply(state, message.sentAt, at) }];
    case "lease-request":
      return leaseRequested(state, seat, message.want, at);
    case "lease-answer":
      return leaseAnswered(state, seat, message, at);
    case "clipboard":
      return steered(state, seat, message, at);
    case "open-app":
    case "rotate":
    case "screen":
      return steered(state, seat, message, at);
    case "quality": {
      const { type: _, ...report } = message;
      return [{ type: "note-quality", seat: seat.id, report, at }];
    }
    case "hardware-answer":
      return hardwareAnswered(state, seat, message, at);
    case "location":
    case "motion":
      return sampleArrived(state, seat, message, at);
    case "bye":
      return [
        { type: "close-seat", seat: seat.id, connection: presence.connection, reason: "sessionEnded" },
        ...seatOver(state, seat.id, at),
      ];
    default:
      return unreachable(message);
  }
}

/** M-11, B-5: samples of lent hardware have a rate of their own. */
export function passesRate(presence: WatchingPresence, message: ViewerMessage, at: number): boolean {
  if (isSample(message)) return takeToken(presence.sampleRate, SAMPLES_PER_SECOND, at);
  return takeToken(presence.controlRate, CONTROLS_PER_SECOND, at);
}

function greeted(
  state: RelayState,
  seat: Seat,
  connection: Connection,
  message: ViewerMessage,
  at: number,
): RelayEffect[] {
  if (message.type !== "hello") return [closeSeat(seat.id, connection)];
  if (message.protocol !== PROTOCOL_VERSION) {
    return [{ type: "close-seat", seat: seat.id, connection, reason: "versionUnsupported" }];
  }
  return welcomed(state, seat, connection, servePicture, at);
}

function welcomed(
  state: RelayState,
  seat: Seat,
  connection: Connection,
  serve: typeof servePicture,
  at: number,
): RelayEffect[] {
  const presence = watchingFrom(connection, at);
  seat.presence = presence;
  const offered = offerLease(state, seat, at).filter(
    (effect) => effect.type !== "tell-seat" || effect.seat !== seat.id,
  );
  return [
    {
      type: "welcome-seat",
      seat: seat.id,
      message: {
        type: "welcome",
        protocol: PROTOCOL_VERSION,
        session: state.session,
        seat: seat.id,
        ...permitted(seat),
        device: state.device,
        origin: state.origin.phase === "online" ? "online" : "away",
        ...(state.display === undefined ? {} : { display: state.display }),
        ...(state.audio === undefined ? {} : { audio: state.audio }),
        lease: leaseFor(state, seat.id),
        appliedInput: state.lease.holder === seat.id ? state.lease.applied : 0,
        at: at * 1_000,
      },
    },
    { type: "note-seat", seat: seat.id },
    ...offered,
    // The request first: an agent that was paused begins with the keyframe then, and makes only one.
    ...serve(state, seat, presence, at),
    ...tellViewers(state),
  ];
}

/** A socket that watches from now on, and has had nothing yet. */
export function watchingFrom(connection: Connection, at: number): WatchingPresence {
  return {
    phase: "watching",
    connection,
    video: "waiting",
    window: createSeatWindow(at),
    rate: createSeatRate(at),
    thinned: false,
    startedAt: at,
    retryAt: undefined,
    inputRate: createRateLimit(INPUT_PER_SECOND, at),
    controlRate: createRateLimit(CONTROLS_PER_SECOND, at),
    sampleRate: createRateLimit(SAMPLES_PER_SECOND, at),
    grantRate: createRateLimit(GRANTS_PER_SECOND, at),
  };
}

export function acknowledged(
  state: RelayState,
  seat: Seat,
  presence: WatchingPresence,
  { video, receivedAt }: { readonly video?: number | undefined; readonly receivedAt?: number | undefined },
  at: number,
): RelayEffect[] {
  const sample = acknowledge(presence.window, state.sent, video, receivedAt, at);
  const effects = catchUp(state, seat, presence, at);
  if (sample !== undefined) {
    const changed = noteSample(presence.rate, sample, at);
    // Whoever lowered the target may have left: one without a limit never changes, and would not raise it.
    if (changed || (presence.rate.rate === undefined && isLimited(state))) foldTarget(state, at, effects);
  }
  acknowledgeOrigin(state, at, effects);
  askKeyframe(state, at, effects);
  return effects;
}

/** K-1, K-2: what the viewer cannot see of a frame's way is said where it asks for the time anyway. */
function clockReply(state: RelayState, sentAt: number, at: number): Extract<ToViewerMessage, { type: "clock-reply" }> {
  const edgeAge = summarizeAges(state.ages);
  return { type: "clock-reply", sentAt, at: at * 1_000, ...(edgeAge === undefined ? {} : { edgeAge }) };
}

/** What a seat may do, as it is told. */
export function permitted({ rights, allowance }: Seat) {
  return { rights: [...rights], ...(Object.keys(allowance).length === 0 ? {} : { allowance }) };
}

/** What only the holder of the lease may say to the device, with the right to it, and within what is allowed. */
function steered(
  state: RelayState,
  seat: Seat,
  message: Extract<ViewerMessage, { type: "clipboard" | "open-app" | "rotate" | "screen" }>,
  at: number,
): RelayEffect[] {
  const needed = message.type === "clipboard" ? "clipboard" : "touch";
  const what = message.type === "open-app" ? "app" : needed;
  const refuse = (reason: "no-right" | "lease-held" | "over-limit"): RelayEffect[] => [
    { type: "tell-seat", seat: seat.id, message: { type: "refused", what, reason } },
  ];
  if (!seat.rights.includes(needed)) return refuse("no-right");
  if (message.type === "screen" && !message.on && seat.allowance.singleApp === true) return refuse("no-right");
  if (message.type === "open-app" && !mayOpen(seat.allowance, message.app)) return refuse("no-right");
  if (state.lease.holder !== seat.id) return refuse("lease-held");
  if (state.origin.phase !== "online") return [];
  const { clipboardToDevice: limit } = seat.allowance;
  const counts = message.type === "clipboard" && limit !== undefined;
  const answer = counts ? takeTransfer(limit, seat.transfers.toDevice, message.text, at) : "passes";
  if (answer !== "passes") return refuse(answer);
  // Counted through sleep too: it comes soon, and often texts are far apart.
  const counted: RelayEffect[] = counts && limit.perMinute !== undefined ? [{ type: "remember" }] : [];
  return [{ type: "tell-origin", message }, ...counted, ...noteSteering(state, at)];
}

/** A socket of a seat is gone; the seat waits for its person, but holds nothing down (L-4). */
export function viewerLeft(state: RelayState, seat: Seat, connection: Connection, at: number): RelayEffect[] {
  const { presence } = seat;
  if (presence.phase === "absent" || presence.connection !== connection) return [];
  seat.presence = { phase: "absent", until: at + SEAT_GRACE_MS };
  const lifted = state.lease.holder === seat.id ? liftHeld(state) : [];
  return [{ type: "remember" }, ...lifted, ...(presence.phase === "watching" ? tellViewers(state) : [])];
}

/** The seat will not come back. */
export function seatOver(state: RelayState, id: string, at: number, reason?: "idle" | "length"): RelayEffect[] {
  const watched = state.seats.get(id)?.presence.phase === "watching";
  state.seats.delete(id);
  if (state.seats.size === 0) state.emptyUntil = at + EMPTY_GRACE_MS;
  const freed = state.lease.holder === id ? [...dropLease(state), ...announceLease(state)] : [];
  const why = reason === undefined ? {} : { reason };
  return [
    { type: "forget-seat", seat: id, ...why },
    { type: "remember" },
    ...freed,
    ...(watched ? tellViewers(state) : []),
  ];
}

function closeSeat(seat: string, connection: Connection): RelayEffect {
  return { type: "close-seat", seat, connection, reason: "protocolFault" };
}

/** An origin that has not said hello hears nothing before its welcome, which counts them too. */
export function tellViewers(state: RelayState): RelayEffect[] {
  if (state.origin.phase !== "online") return [];
  return [{ type: "tell-origin", message: { type: "viewers", count: watchingSeats(state) } }];
}
