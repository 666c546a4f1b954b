import { type DisplayGeometry, sequenceDistance, unreachable } from "#protocol";
import { replay, servePicture } from "./catch-up.ts";
import type { RelayEffect } from "./effect.ts";
import type { MirrorEvent } from "./event.ts";
import { foldTarget, rateOf } from "./fold-target.ts";
import { demandKeyframe } from "./frames.ts";
import { leaseFor, liftHeld } from "./lease.ts";
import { firstAfter } from "./picture-cache.ts";
import { acknowledged, permitted, tellViewers, watchingFrom } from "./seats.ts";
import { type Connection, createSeat, type Mirror, NO_LIMITS, type RelayState } from "./state.ts";

/**
 * Mirrors as the home sees them: each is fed every frame once, through a window like a seat's, and its viewers are
 * seats like any other, but for their frames (G-4).
 */
export function mirrorHappened(state: RelayState, event: MirrorEvent): RelayEffect[] {
  switch (event.type) {
    case "mirror-attached":
      return mirrorAttached(state, event);
    case "mirror-acknowledged": {
      const mirror = state.mirrors.get(event.mirror);
      return mirror === undefined ? [] : acknowledged(state, mirror, mirror.presence, { video: event.video }, event.at);
    }
    case "mirror-limited":
      return mirrorLimited(state, event.mirror, event.bitrate, event.at);
    case "mirror-wished-keyframe":
      // The mirror goes on meanwhile, for those of its seats that have a picture.
      return state.mirrors.has(event.mirror) ? demandKeyframe(state, event.at) : [];
    case "mirror-detached":
      return mirrorDetached(state, event.mirror, event.cut);
    case "viewer-continued":
      return viewerContinued(state, event.seat, event.mirror, event.connection, event.at);
    default:
      return unreachable(event);
  }
}

function mirrorAttached(
  state: RelayState,
  { mirror: id, connection, video, hasPicture, at }: Extract<MirrorEvent, { type: "mirror-attached" }>,
): RelayEffect[] {
  const presence = watchingFrom(connection, at);
  const seat = createSeat({ id, mirror: undefined, presence }, { ...NO_LIMITS, rights: ["view", "audio"] }, at);
  const mirror: Mirror = { ...seat, mirror: undefined, presence, limit: undefined };
  state.mirrors.set(id, mirror);
  const told = state.display === undefined ? [] : displayFor(id, state.display);
  const next = video === undefined ? undefined : firstMissed(state, video);
  if (next === "ahead") return [...told, ...demandKeyframe(state, at)];
  if (next === undefined) return [...told, ...servePicture(state, mirror, presence, at)];
  // One without a picture keeps what its seats had already for those who join.
  return [...told, ...replay(state, mirror, presence, hasPicture || !state.cache.whole ? next : 0, at)];
}

/**
 * From where in the cache a receiver that has everything up to this frame goes on; undefined when it begins anew.
 * `ahead`: this object was restarted, and what it kept is old to it.
 */
function firstMissed({ cache, cursors }: RelayState, video: number): number | "ahead" | undefined {
  if (video === cursors.video) return cursors.decodable ? cache.frames.length : undefined;
  if (cache.frames.length > 0 && sequenceDistance(video, cache.lastSequence) > 0) return "ahead";
  return firstAfter(cache, video);
}

function mirrorLimited(state: RelayState, id: string, bitrate: number, at: number): RelayEffect[] {
  const mirror = state.mirrors.get(id);
  const effects: RelayEffect[] = [];
  if (mirror === undefined) return effects;
  mirror.limit = rateOf(bitrate);
  foldTarget(state, at, effects);
  return effects;
}

/** Its seats stay: their sockets are at the mirror, which comes back for them. */
function mirrorDetached(state: RelayState, id: string, cut: boolean): RelayEffect[] {
  state.mirrors.delete(id);
  const { holder } = state.lease;
  const steers = cut && holder !== undefined && state.seats.get(holder)?.mirror === id;
  return steers ? liftHeld(state) : [];
}

/** What may have been lost on the way is said anew; told its lease, the holder sends again what was not applied (I-5). */
function viewerContinued(
  state: RelayState,
  id: string,
  mirror: string,
  connection: Connection,
  at: number,
): RelayEffect[] {
  const seat = state.seats.get(id);
  if (seat === undefined) return [];
  state.seats.set(id, { ...seat, mirror, presence: watchingFrom(connection, at) });
  const { display, audio, origin } = state;
  return [
    { type: "note-seat", seat: id },
    { type: "remember" },
    ...(display === undefined ? [] : displayFor(id, display)),
    ...(audio === undefined ? [] : [{ type: "tell-seat", seat: id, message: { type: "audio", ...audio } } as const]),
    {
      type: "tell-seat",
      seat: id,
      message: { type: "origin", state: origin.phase === "online" ? "online" : "away" },
    },
    { type: "tell-seat", seat: id, message: { type: "rights", ...permitted(seat) } },
    { type: "tell-seat", seat: id, message: { type: "lease", ...leaseFor(state, id) } },
    ...tellViewers(state),
  ];
}

/** Before the frames of its epoch, like every viewer (E-1). */
export function tellMirrors(state: RelayState, display: DisplayGeometry): RelayEffect[] {
  return [...state.mirrors.keys()].flatMap((id) => displayFor(id, display));
}

function displayFor(id: string, display: DisplayGeometry): RelayEffect[] {
  return [{ type: "tell-seat", seat: id, message: { ...display, type: "display" } }];
}
