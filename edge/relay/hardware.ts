import {
  type CameraCodec,
  type FrameHeader,
  type HardwareEnd,
  type HardwareKind,
  type HardwareWant,
  type OriginMessage,
  ProtocolFault,
  type ToOriginMessage,
  unreachable,
  type ViewerMessage,
} from "#protocol";
import type { RelayEffect } from "./effect.ts";
import {
  LENDING_LIMITS,
  limitsFor,
  motionIntervalMs,
  placeIntervalMs,
  reduceWant,
  roundLocation,
  roundMotion,
} from "./lending-limits.ts";
import { isDue, isDueExactly, isLentBy, isWanted, type Loan, lend, seatOf } from "./loan.ts";
import { takeToken } from "./rate-limit.ts";
import type { RelayState, Seat } from "./state.ts";

/** A device that was told no does not have the person asked again before that: they are to be able to leave. */
const ASK_AGAIN_MS = 1_000;
/** Samples and frames of one seat (B-5): 60 places of motion, 30 pictures and 50 packets of sound are 140. */
export const SAMPLES_PER_SECOND = 240;

/** The platform puts an object to sleep that has had nothing to do for about so long. */
const SLEEPS_AFTER_MS = 10_000;

type Sample = Extract<ViewerMessage, { type: "location" | "motion" }>;

export function isSample(message: ViewerMessage): message is Sample {
  return message.type === "location" || message.type === "motion";
}

/** B-2: the device asks for hardware of whoever steers. */
export function hardwareAsked(
  state: RelayState,
  { purpose, want: asked }: Omit<Extract<OriginMessage, { type: "hardware-ask" }>, "type">,
  at: number,
): RelayEffect[] {
  const wish = reduceWant(asked, LENDING_LIMITS);
  const { kind } = wish;
  const before = state.hardware.get(kind);
  if (before !== undefined && before.purpose === purpose && isSameWant(before.wish, wish)) {
    // An agent that came back says again what it wants.
    if (before.standing.phase === "lent") return tellGranted(state, before.want, before.standing.codec);
    if (before.standing.phase === "asked") return [];
  }
  const holder = holderOf(state);
  const fresh = before?.standing.phase === "refused" && at - before.standing.at < ASK_AGAIN_MS;
  if (fresh && holder?.rights.includes(kind)) return tellEnded(state, kind, "denied");
  const loan: Loan = { purpose, wish, want: wish, standing: { phase: "unasked" } };
  const lentBefore = before?.standing.phase === "lent" ? tellEnded(state, kind, "stopped") : [];
  state.hardware.set(kind, loan);
  return [...lentBefore, ...offer(state, loan, at), { type: "remember" }];
}

/** The device wants no more of it. */
export function hardwareReleased(state: RelayState, kind: HardwareKind): RelayEffect[] {
  const loan = state.hardware.get(kind);
  if (loan === undefined) return [];
  state.hardware.delete(kind);
  return [...tellDone(state, loan), { type: "remember" }];
}

/** A new agent wants nothing yet. */
export function forgetLoans(state: RelayState): RelayEffect[] {
  return [...state.hardware.keys()].flatMap((kind) => hardwareReleased(state, kind));
}

/** What the person said, who is heard as long as it was them who was asked. */
export function hardwareAnswered(
  state: RelayState,
  seat: Seat,
  { kind, answer, codec }: Omit<Extract<ViewerMessage, { type: "hardware-answer" }>, "type">,
  at: number,
): RelayEffect[] {
  const loan = state.hardware.get(kind);
  if (loan === undefined || seatOf(loan) !== seat.id || !seat.rights.includes(kind)) return [];
  switch (answer) {
    case "granted": {
      // Said again it lasts no longer for that.
      const until = loan.standing.phase === "lent" ? loan.standing.until : at + LENDING_LIMITS[kind].lifeMs;
      loan.standing = lend(seat.id, loan.want, codec, until, at);
      return [...tellGranted(state, loan.want, codec), { type: "remember" }];
    }
    case "denied":
    case "ended":
      if (loan.standing.phase === "refused") return [];
      loan.standing = { phase: "refused", seat: seat.id, at };
      return [...tellEnded(state, kind, answer === "denied" ? "denied" : "stopped"), { type: "remember" }];
    default:
      return unreachable(answer);
  }
}

/** A place or a movement goes on if its seat lends that now, rounded; else it is lost. */
export function sampleArrived(state: RelayState, seat: Seat, sample: Sample, at: number): RelayEffect[] {
  const loan = state.hardware.get(sample.type);
  if (loan === undefined || !isLentBy(loan, seat.id)) return [];
  const { standing, want } = loan;
  if (sample.type === "motion") {
    const passes = isDue(standing, want, at, motionIntervalMs(want, seat.allowance));
    return passes ? tellOrigin(state, { ...roundMotion(sample), type: "motion" }) : [];
  }
  const counted = placeIntervalMs(seat.allowance);
  if (!(counted === undefined ? isDue(standing, want, at) : isDueExactly(standing, at, counted))) return [];
  if (want.kind !== "location") return [];
  const told = tellOrigin(state, {
    ...roundLocation(sample, want, seat.allowance.location?.gridM),
    type: "location",
  });
  // The session may sleep until the next: shorter waits than that need not be remembered.
  return counted !== undefined && counted > SLEEPS_AFTER_MS ? [...told, { type: "remember" }] : told;
}

/** what a holder may not lend any more is over, what it may lend now is asked for, and so is another measure of it. */
export function loansFollowRights(state: RelayState, before: Seat, seat: Seat, at: number): RelayEffect[] {
  if (holderOf(state)?.id !== seat.id) return [];
  return [...state.hardware.values()].flatMap((loan) => {
    const { kind } = loan.wish;
    const [had, has] = [before.rights.includes(kind), seat.rights.includes(kind)];
    const isSame = isSameWant(
      reduceWant(loan.wish, limitsFor(before.allowance)),
      reduceWant(loan.wish, limitsFor(seat.allowance)),
    );
    if (had === has && (!has || isSame)) return [];
    const { phase } = loan.standing;
    // Said no to, it is asked for again where it could not have been granted before.
    if (had && has && phase === "refused") return [];
    const isLent = phase === "lent" && has;
    return [
      ...(had ? tellDone(state, loan) : []),
      ...(isLent ? tellEnded(state, kind, "stopped") : []),
      ...offer(state, loan, at),
      { type: "remember" } as const,
    ];
  });
}

/**
 * The way of a camera's picture or a packet of sound up to the device: synchronous, and the same buffer goes on.
 * @throws ProtocolFault unexpected-message or bad-value: the viewer broke B-6 and is to be closed
 */
export function lentFrameArrived(
  state: RelayState,
  id: string,
  header: FrameHeader,
  message: ArrayBuffer,
  at: number,
): RelayEffect[] {
  const { kind } = header;
  if (kind === "video" || kind === "audio")
    throw new ProtocolFault("unexpected-message", "a viewer sends camera and microphone only");
  if (header.epoch !== 0) throw new ProtocolFault("bad-value", "a lent frame has no epoch");
  const presence = state.seats.get(id)?.presence;
  if (presence?.phase === "greeting") throw new ProtocolFault("unexpected-message", "hello comes first");
  if (presence?.phase !== "watching") return [];
  if (!takeToken(presence.sampleRate, SAMPLES_PER_SECOND, at))
    return [{ type: "close-seat", seat: id, connection: presence.connection, reason: "tooManyMessages" }];
  const loan = state.hardware.get(kind);
  if (loan === undefined || !isLentBy(loan, id)) return [];
  const passes = isWanted(loan, header, message.byteLength, at);
  if (passes && state.origin.phase === "online") return [{ type: "forward-lent", message }];
  // What follows one that did not reach the device is worth nothing to it.
  loan.standing.decodable = false;
  return [];
}

/**
 * After every event: whoever steers is who is asked (B-4), and nothing is lent for longer than its time. For a session
 * whose device wants nothing this is one look at an empty map.
 */
export function followHolder(state: RelayState, at: number): RelayEffect[] {
  const effects: RelayEffect[] = [];
  if (state.hardware.size === 0) return effects;
  const holder = holderOf(state);
  for (const [kind, loan] of state.hardware) {
    const { standing } = loan;
    if (seatOf(loan) !== holder?.id) {
      effects.push(...tellDone(state, loan));
      if (standing.phase === "lent" || (standing.phase === "asked" && holder === undefined))
        effects.push(...tellEnded(state, kind, "nobody"));
      loan.standing = { phase: "unasked" };
      if (holder !== undefined) effects.push(...offer(state, loan, at));
      effects.push({ type: "remember" });
    } else if (standing.phase === "lent" && at >= standing.until) {
      // The wish is over too: only the device can begin another.
      state.hardware.delete(kind);
      effects.push(...tellDone(state, loan), ...tellEnded(state, kind, "time-limit"), { type: "remember" });
    }
  }
  return effects;
}

/** When the next loan's time is over. */
export function nextLoanEnd(state: RelayState): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { standing } of state.hardware.values())
    if (standing.phase === "lent" && standing.until < next) next = standing.until;
  return next;
}

/** Ask whoever steers, if that seat has the right. */
function offer(state: RelayState, loan: Loan, at: number): RelayEffect[] {
  const { purpose, wish } = loan;
  const holder = holderOf(state);
  if (holder === undefined) return tellEnded(state, wish.kind, "nobody");
  if (!holder.rights.includes(wish.kind)) {
    loan.standing = { phase: "refused", seat: holder.id, at };
    return tellEnded(state, wish.kind, "no-right");
  }
  const want = reduceWant(wish, limitsFor(holder.allowance));
  loan.want = want;
  loan.standing = { phase: "asked", seat: holder.id };
  return [{ type: "tell-seat", seat: holder.id, message: { type: "hardware-ask", purpose, want } }];
}

function holderOf(state: RelayState): Seat | undefined {
  const holder = state.lease.holder === undefined ? undefined : state.seats.get(state.lease.holder);
  return holder?.presence.phase === "watching" ? holder : undefined;
}

function tellGranted(state: RelayState, want: HardwareWant, codec: CameraCodec | undefined): RelayEffect[] {
  return tellOrigin(state, { type: "hardware-granted", want, ...(codec === undefined ? {} : { codec }) });
}

function tellEnded(state: RelayState, kind: HardwareKind, reason: HardwareEnd): RelayEffect[] {
  return tellOrigin(state, { type: "hardware-ended", kind, reason });
}

/** To the seat that was asked, if it is there and has not said no. */
function tellDone(state: RelayState, loan: Loan): RelayEffect[] {
  const seat = seatOf(loan);
  if (seat === undefined || state.seats.get(seat)?.presence.phase !== "watching") return [];
  return [{ type: "tell-seat", seat, message: { type: "hardware-done", kind: loan.want.kind } }];
}

function tellOrigin(state: RelayState, message: Exclude<ToOriginMessage, { type: "welcome" }>): RelayEffect[] {
  return state.origin.phase === "online" ? [{ type: "tell-origin", message }] : [];
}

function isSameWant(a: HardwareWant, b: HardwareWant): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
