import { unreachable } from "#protocol";
import { retry } from "./catch-up.ts";
import type { RelayEffect } from "./effect.ts";
import { askKeyframe } from "./frames.ts";
import { nextLoanEnd } from "./hardware.ts";
import { KEYFRAME_INTERVAL_MS } from "./keyframe-demand.ts";
import { originLeft } from "./origin.ts";
import { seatOver, viewerLeft } from "./seats.ts";
import type { RelayState } from "./state.ts";
import { timeDue } from "./time-due.ts";
import { nextTimeDue } from "./time-limits.ts";

/** When the rules next need the clock: Unix milliseconds, or undefined when only an event can change anything. */
export function nextWake(state: RelayState): number | undefined {
  // Asked after every acknowledgement of every viewer, so nothing is allocated.
  let next = Math.min(state.emptyUntil ?? Number.POSITIVE_INFINITY, nextLoanEnd(state));
  if (state.origin.phase !== "online") next = Math.min(next, state.origin.until);
  else if (state.keyframes.wanted) next = Math.min(next, state.keyframes.askedAt + KEYFRAME_INTERVAL_MS);
  for (const seat of state.seats.values()) {
    const { presence } = seat;
    const due = presence.phase === "watching" ? presence.retryAt : presence.until;
    if (due !== undefined && due < next) next = due;
    next = Math.min(next, nextTimeDue(state, seat));
  }
  for (const { presence } of state.mirrors.values()) next = Math.min(next, presence.retryAt ?? next);
  return next === Number.POSITIVE_INFINITY ? undefined : next;
}

/** Do what has come due. */
export function woke(state: RelayState, at: number): RelayEffect[] {
  if (state.emptyUntil !== undefined && at >= state.emptyUntil) return [{ type: "end-session", reason: "ended" }];
  const effects: RelayEffect[] = [];
  switch (state.origin.phase) {
    case "away":
      if (at >= state.origin.until) return [{ type: "end-session", reason: "device-offline" }];
      break;
    case "greeting":
      if (at >= state.origin.until) {
        const { connection } = state.origin;
        effects.push({ type: "close-origin", connection, reason: "helloTimeout" });
        effects.push(...originLeft(state, connection, at));
      }
      break;
    case "online":
      askKeyframe(state, at, effects);
      break;
    default:
      unreachable(state.origin);
  }
  for (const seat of [...state.seats.values()]) {
    effects.push(...timeDue(state, seat, at));
    if (!state.seats.has(seat.id)) continue;
    const { id, presence } = seat;
    if (presence.phase === "watching") {
      effects.push(...retry(state, seat, presence, at));
      continue;
    }
    if (at < presence.until) continue;
    if (presence.phase === "absent") {
      effects.push(...seatOver(state, id, at));
      continue;
    }
    // Only its socket is over: a person whose network fell silent right after it opened may come back (S-8).
    effects.push({ type: "close-seat", seat: id, connection: presence.connection, reason: "helloTimeout" });
    effects.push(...viewerLeft(state, seat, presence.connection, at));
  }
  for (const mirror of state.mirrors.values()) effects.push(...retry(state, mirror, mirror.presence, at));
  return effects;
}
