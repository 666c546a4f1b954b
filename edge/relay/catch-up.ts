import type { RelayEffect } from "./effect.ts";
import { demandKeyframe } from "./frames.ts";
import { KEYFRAME_INTERVAL_MS } from "./keyframe-demand.ts";
import { hasPicture } from "./picture-cache.ts";
import { hasDrained, noteVideoSent } from "./seat-window.ts";
import { highest } from "./sliding.ts";
import type { RelayState, Seat, WatchingPresence } from "./state.ts";

/** More than this is not replayed to a seat that fell behind, as long as nobody knows what it can take. */
const MAX_REPLAY_BYTES = 128 * 1024;
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

/** A seat is back on a new connection: the cached picture, unless that is long and a new keyframe may be asked for (S-6). */
export function servePictureAgain(
  state: RelayState,
  seat: Seat,
  presence: WatchingPresence,
  at: number,
): RelayEffect[] {
  const { cache, keyframes } = state;
  const mayAsk = at - keyframes.askedAt >= KEYFRAME_INTERVAL_MS;
  if (!hasPicture(cache) || cache.bytes <= MAX_REPLAY_BYTES || !mayAsk) return servePicture(state, seat, presence, at);
  return seat.mirror === undefined && seat.rights.includes("view") ? demandKeyframe(state, at) : [];
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
  if (!hasPicture(cache) || window.acked < window.replayedTo) return undefined;
  const first = sent.newest - cache.frames.length + 1;
  if (window.broken && first <= window.end) return undefined;
  const from = Math.max(0, window.end + 1 - first);
  let bytes = 0;
  for (let index = from; index < cache.frames.length; index += 1) bytes += cache.frames[index]?.byteLength ?? 0;
  const capacity = highest(window.path.capacity);
  if (capacity === undefined) return bytes <= MAX_REPLAY_BYTES ? from : undefined;
  // A keyframe is as large as the last, and comes no sooner than it may be asked for.
  const keyframe = cache.frames[0]?.byteLength ?? 0;
  const wait = keyframes.askedAt + KEYFRAME_INTERVAL_MS - at;
  return bytes <= Math.max(keyframe, capacity * Math.max(MAX_REPLAY_MS, wait)) ? from : undefined;
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
    noteVideoSent(window, sent, first + index, index === 0);
    effects.push({ type: "forward-frame", seats: [seat.id], message });
  }
  window.closed = false;
  presence.video = "flowing";
  presence.startedAt = at;
  presence.retryAt = undefined;
  effects.push({ type: "note-seat", seat: seat.id });
  return effects;
}
