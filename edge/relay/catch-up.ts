import type { RelayEffect } from "./effect.ts";
import { demandKeyframe } from "./frames.ts";
import { KEYFRAME_INTERVAL_MS } from "./keyframe-demand.ts";
import { firstAfter, hasPicture, type PictureCache } from "./picture-cache.ts";
import { hasDrained, noteVideoSent } from "./seat-window.ts";
import { highest } from "./sliding.ts";
import type { RelayState, Seat, WatchingPresence } from "./state.ts";

/** More than this is not replayed to a seat that fell behind, as long as nobody knows what it can take. */
const MAX_REPLAY_BYTES = 128 * 1024;
/** Up to so many keyframes' bytes are sent rather than one: it would come a round trip to the device later, and to everybody. */
const KEYFRAME_WORTH = 4;
/** A replay that takes longer shows what is old by then. */
const MAX_REPLAY_MS = 150;
/** A thinned seat has the device make a keyframe no more often than this: it is paid for by everybody. */
const THINNED_INTERVAL_MS = 2_000;

/** A seat begins to watch: the cached picture if there is one, else a new keyframe (S-6). */
export function servePicture(state: RelayState, seat: Seat, presence: WatchingPresence, at: number): RelayEffect[] {
  if (seat.mirror !== undefined || !seat.rights.includes("view")) return [];
  if (!hasPicture(state.cache)) return demandKeyframe(state, at);
  return replay(state, seat, presence, 0, at);
}

/**
 * A seat is back on a new connection: what followed the picture that it still has, if it says which and that is here; else
 * the cached picture, unless that is long and a new keyframe may be asked for (S-6).
 */
export function servePictureAgain(
  state: RelayState,
  seat: Seat,
  presence: WatchingPresence,
  at: number,
  seen: number | undefined,
): RelayEffect[] {
  if (seat.mirror !== undefined || !seat.rights.includes("view")) return [];
  const { cache, keyframes } = state;
  const mayAsk = at - keyframes.askedAt >= KEYFRAME_INTERVAL_MS;
  const from = seen === undefined ? undefined : firstAfter(cache, seen);
  if (from !== undefined) {
    const worth = Math.min(MAX_REPLAY_BYTES, KEYFRAME_WORTH * cache.keyframeBytes);
    const askInstead = mayAsk && bytesFrom(cache, from) > worth;
    return askInstead ? demandKeyframe(state, at) : replay(state, seat, presence, from, at);
  }
  const isLong = hasPicture(cache) && cache.bytes > MAX_REPLAY_BYTES;
  return isLong && mayAsk ? demandKeyframe(state, at) : servePicture(state, seat, presence, at);
}

/** A seat that was skipped has drained: bring it back by the cheapest way (W-3). */
export function catchUp(state: RelayState, seat: Seat, presence: WatchingPresence, at: number): RelayEffect[] {
  const { window } = presence;
  if (presence.video === "flowing" || seat.mirror !== undefined || !hasDrained(window)) return [];
  if (!seat.rights.includes("view")) return [];
  const from = replayFrom(state, presence, at);
  if (from !== undefined) return replay(state, seat, presence, from, at);
  const due = presence.thinned ? presence.startedAt + THINNED_INTERVAL_MS : at;
  if (due > at) {
    presence.retryAt = due;
    return [];
  }
  presence.retryAt = undefined;
  return demandKeyframe(state, at);
}

/** The moment has come at which this seat was to be brought back. */
export function retry(state: RelayState, seat: Seat, presence: WatchingPresence, at: number): RelayEffect[] {
  if (presence.retryAt === undefined || at < presence.retryAt) return [];
  presence.retryAt = undefined;
  return catchUp(state, seat, presence, at);
}

/** Where in the cache this seat goes on, when that is cheaper than a new keyframe. */
function replayFrom({ cache, keyframes, sent }: RelayState, presence: WatchingPresence, at: number) {
  const { window } = presence;
  if (cache.frames.length === 0 || window.acked < window.replayedTo) return undefined;
  const first = sent.newest - cache.frames.length + 1;
  if (window.broken && first <= window.end) return undefined;
  const next = window.end + 1 - first;
  // Without its keyframe it is of use only to whoever has all before it.
  if (!cache.whole && (next < 0 || window.broken || window.end === 0)) return undefined;
  const from = Math.max(0, next);
  const bytes = bytesFrom(cache, from);
  const capacity = highest(window.path.capacity);
  // No keyframe of late, and on a way that just became narrow one of now is smaller than what was made for a wide one.
  if (!cache.whole) return capacity !== undefined && bytes <= capacity * MAX_REPLAY_MS ? from : undefined;
  if (capacity === undefined) return bytes <= MAX_REPLAY_BYTES ? from : undefined;
  // A keyframe is as large as the last, and comes no sooner than it may be asked for.
  const wait = keyframes.askedAt + KEYFRAME_INTERVAL_MS - at;
  return bytes <= Math.max(cache.keyframeBytes, capacity * Math.max(MAX_REPLAY_MS, wait)) ? from : undefined;
}

function bytesFrom({ frames }: PictureCache, from: number): number {
  let bytes = 0;
  for (let index = from; index < frames.length; index += 1) bytes += frames[index]?.byteLength ?? 0;
  return bytes;
}

/** Send what the cache holds, from this one of its frames on: the receiver has all before it, or starts there. */
export function replay(
  { cache, sent }: RelayState,
  seat: Seat,
  presence: WatchingPresence,
  from: number,
  at: number,
): RelayEffect[] {
  const effects: RelayEffect[] = [];
  const { window } = presence;
  const first = sent.newest - cache.frames.length + 1;
  if (cache.frames.length > from) {
    window.replayedFrom = first + from;
    window.replayedTo = sent.newest;
    window.replayedAt = at;
  }
  for (let index = from; index < cache.frames.length; index += 1) {
    const message = cache.frames[index];
    if (message === undefined) continue;
    noteVideoSent(window, sent, first + index, index === 0 && cache.whole);
    effects.push({ type: "forward-frame", seats: [seat.id], message });
  }
  window.closed = false;
  presence.video = "flowing";
  presence.startedAt = at;
  presence.retryAt = undefined;
  effects.push({ type: "note-seat", seat: seat.id });
  return effects;
}
