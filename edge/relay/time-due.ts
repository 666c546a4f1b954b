import type { RelayEffect } from "./effect.ts";
import { seatOver } from "./seats.ts";
import type { RelayState, Seat } from "./state.ts";
import { endOf, tellEnding, WARNING_MS, whyOf } from "./time-limits.ts";

const CLOSE_FOR = { idle: "idleTooLong", length: "timeOver" } as const;

/** Warn a seat, or take it away. A session that nobody sits in any more ends at once. */
export function timeDue(state: RelayState, seat: Seat, at: number): RelayEffect[] {
  const end = endOf(state, seat);
  const { id, presence } = seat;
  if (at >= end) {
    const reason = whyOf(state, seat);
    const closing: RelayEffect[] =
      presence.phase === "absent"
        ? []
        : [{ type: "close-seat", seat: id, connection: presence.connection, reason: CLOSE_FOR[reason] }];
    const over = [...closing, ...seatOver(state, id, at, reason)];
    return state.seats.size === 0 ? [...over, { type: "end-session", reason: "ended" }] : over;
  }
  if (presence.phase !== "watching" || at < end - WARNING_MS || seat.warnedOf === end) return [];
  seat.warnedOf = end;
  return [tellEnding(state, seat, end)];
}
