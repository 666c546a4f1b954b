import type { RelayEffect } from "./effect.ts";
import type { RelayState, Seat } from "./state.ts";

/** S-13: seats whose time is over, and the word before. Times are Unix milliseconds. */

/** So long before its end a page is told. */
export const WARNING_MS = 60_000;
/** How exactly it is remembered when somebody last steered: each time is a write. */
const STEERED_EXACTLY_MS = 10_000;

function lengthEnd({ since, times }: Seat): number {
  return times.lengthSeconds === undefined ? Number.POSITIVE_INFINITY : since + times.lengthSeconds * 1_000;
}

function idleEnd({ steeredAt }: RelayState, { times }: Seat): number {
  return times.idleSeconds === undefined ? Number.POSITIVE_INFINITY : steeredAt + times.idleSeconds * 1_000;
}

export function endOf(state: RelayState, seat: Seat): number {
  return Math.min(lengthEnd(seat), idleEnd(state, seat));
}

/** When the seat is to be warned, or to end. Infinity where nothing limits it. */
export function nextTimeDue(state: RelayState, seat: Seat): number {
  const end = endOf(state, seat);
  return seat.warnedOf === end || seat.presence.phase !== "watching" ? end : end - WARNING_MS;
}

/** Somebody steered: whoever was warned that nobody does is told that the end is put off. */
export function noteSteering(state: RelayState, at: number): RelayEffect[] {
  const before = state.steeredAt;
  state.steeredAt = at;
  const effects: RelayEffect[] = [];
  // Only after a pause can anybody have been warned, and a second's inputs are looked at once.
  if (at - before >= 1_000) for (const seat of state.seats.values()) effects.push(...putOff(state, seat, at));
  if (at - state.steeredKept >= STEERED_EXACTLY_MS && hasIdleLimit(state)) {
    state.steeredKept = at;
    effects.push({ type: "remember" });
  }
  return effects;
}

/** After its end has moved: an end that a page was warned of is called off, unless it comes as soon. */
export function putOff(state: RelayState, seat: Seat, at: number): RelayEffect[] {
  const { warnedOf, presence } = seat;
  const end = endOf(state, seat);
  if (warnedOf === undefined || warnedOf === end) return [];
  seat.warnedOf = at >= end - WARNING_MS ? end : undefined;
  return presence.phase === "watching" ? [tellEnding(state, seat, seat.warnedOf)] : [];
}

/** What is remembered is so long ago at least; a session ends a little late rather than too early. */
export function steeredAtLatest(remembered: number | undefined, at: number): number {
  return remembered === undefined ? at : Math.min(at, remembered + STEERED_EXACTLY_MS);
}

export function tellEnding(state: RelayState, seat: Seat, end: number | undefined): RelayEffect {
  const when = end === undefined ? {} : { at: end * 1_000 };
  return { type: "tell-seat", seat: seat.id, message: { type: "ending", reason: whyOf(state, seat), ...when } };
}

export function whyOf(state: RelayState, seat: Seat): "idle" | "length" {
  return lengthEnd(seat) <= idleEnd(state, seat) ? "length" : "idle";
}

function hasIdleLimit(state: RelayState): boolean {
  for (const { times } of state.seats.values()) if (times.idleSeconds !== undefined) return true;
  return false;
}
