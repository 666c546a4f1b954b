import { readFrameHeader, sequenceDistance } from "#protocol";
import type { RelayEffect } from "./effect.ts";
import { demandKeyframe } from "./frames.ts";
import { hasPicture } from "./picture-cache.ts";
import { noteVideoSent } from "./seat-window.ts";
import type { RelayState, Seat, WatchingPresence } from "./state.ts";

/** More than this is not replayed to a seat that fell behind: a new keyframe is smaller than what it missed. */
const MAX_REPLAY_BYTES = 128 * 1024;

/** A seat begins to watch: the cached picture if there is one, else a new keyframe (S-6). */
export function servePicture(state: RelayState, seat: Seat, presence: WatchingPresence, at: number): RelayEffect[] {
  if (seat.mirror !== undefined || !seat.rights.includes("view")) return [];
  if (!hasPicture(state.cache)) return demandKeyframe(state, at);
  return replay(state, seat, presence, at);
}

/** A seat that was skipped has drained: bring it back by the cheaper way (W-3). */
export function catchUp(state: RelayState, seat: Seat, presence: WatchingPresence, at: number): RelayEffect[] {
  if (presence.video === "flowing" || presence.window.bytes > 0) return [];
  if (seat.mirror !== undefined || !seat.rights.includes("view")) return [];
  if (!hasPicture(state.cache) || state.cache.bytes > MAX_REPLAY_BYTES) return demandKeyframe(state, at);
  return replay(state, seat, presence, at);
}

/** @param after only what follows this frame, which the receiver has with all before it */
export function replay(
  state: RelayState,
  seat: Seat,
  presence: WatchingPresence,
  at: number,
  after?: number,
): RelayEffect[] {
  const effects: RelayEffect[] = [];
  for (const message of state.cache.frames) {
    const { sequence } = readFrameHeader(message);
    if (after !== undefined && sequenceDistance(sequence, after) <= 0) continue;
    noteVideoSent(presence.window, sequence, message.byteLength, at);
    effects.push({ type: "forward-frame", seats: [seat.id], message });
  }
  presence.video = "flowing";
  effects.push({ type: "note-seat", seat: seat.id });
  return effects;
}
