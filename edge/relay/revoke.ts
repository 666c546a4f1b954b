import type { RelayEffect } from "./effect.ts";
import { seatOver } from "./seats.ts";
import { isHeld, type SentFrames, sequenceAt } from "./sent-frames.ts";
import type { RelayState, WatchingPresence } from "./state.ts";

/** How far the pictures got that a seat was shown, as sequences of video frames (F-6). */
export interface FramesShown {
  /** The last that was sent to it, or to the mirror that serves it. */
  readonly sent?: number;
  /** The last that it said it has. */
  readonly acknowledged?: number;
}

/** a seat is taken away. Its socket is closed, and it does not come back. */
export function seatRevoked(state: RelayState, id: string, at: number): RelayEffect[] {
  const seat = state.seats.get(id);
  if (seat === undefined) return [];
  const { presence } = seat;
  const closing: RelayEffect[] =
    presence.phase === "absent"
      ? []
      : [{ type: "close-seat", seat: id, connection: presence.connection, reason: "revoked" }];
  return [...closing, ...seatOver(state, id, at)];
}

/** Of a seat that watches; what a seat without a socket was shown is not known any more. */
export function framesShown(state: RelayState, id: string): FramesShown {
  const seat = state.seats.get(id);
  if (seat?.presence.phase !== "watching") return {};
  if (seat.mirror === undefined) return shownBy(state, seat.presence);
  const { sent } = shownBy(state, state.mirrors.get(seat.mirror)?.presence);
  return sent === undefined ? {} : { sent };
}

function shownBy({ sent: frames }: RelayState, presence: WatchingPresence | undefined): FramesShown {
  if (presence === undefined) return {};
  const { acked, end, lastSequence: sent, startPosition } = presence.window;
  // Since the object woke it was sent nothing. One whose video flows has all that came before.
  if (end === 0) return presence.video === "flowing" ? newest(frames) : {};
  // Before the keyframe that it started at is acknowledged, `acked` is where the run begins.
  return acked >= startPosition && isHeld(frames, acked) ? { sent, acknowledged: sequenceAt(frames, acked) } : { sent };
}

function newest(frames: SentFrames): FramesShown {
  return frames.newest === 0 ? {} : { sent: sequenceAt(frames, frames.newest) };
}
