import { noteAge, ProtocolFault, sequenceDistance } from "#protocol";
import type { RelayEffect } from "./effect.ts";
import type { ArrivedFrame } from "./event.ts";
import { foldTarget } from "./fold-target.ts";
import { shouldAskKeyframe } from "./keyframe-demand.ts";
import { extendCache, hasPicture, startCache } from "./picture-cache.ts";
import { noteStall } from "./seat-rate.ts";
import { isWindowOpen, mayStart, noteVideoSent, takeAudioRoom } from "./seat-window.ts";
import { noteFrame } from "./sent-frames.ts";
import { highest } from "./sliding.ts";
import type { RelayState, Seat, WatchingPresence } from "./state.ts";

/**
 * The frame path: which seats get this frame of the origin. Synchronous, no copy; the same buffer goes to each.
 * @throws ProtocolFault bad-value or unexpected-message: the origin broke S-3 or S-5 and is to be closed
 */
export function frameArrived(state: RelayState, frame: ArrivedFrame): RelayEffect[] {
  switch (frame.header.kind) {
    case "video":
      noteAge(state.ages, frame.at - frame.header.capturedAtMicros / 1_000);
      return videoArrived(state, frame);
    case "audio":
      return audioArrived(state, frame);
    default:
      throw new ProtocolFault("unexpected-message", "an origin sends video and audio only");
  }
}

function audioArrived(state: RelayState, { header, message }: ArrivedFrame): RelayEffect[] {
  const { cursors } = state;
  if (cursors.audio !== undefined && sequenceDistance(header.sequence, cursors.audio) <= 0) {
    throw new ProtocolFault("bad-value", "audio sequence must rise");
  }
  cursors.audio = header.sequence;
  const seats: string[] = [];
  for (const seat of state.seats.values()) {
    if (seat.presence.phase !== "watching" || seat.mirror !== undefined || !seat.rights.includes("audio")) continue;
    if (takeAudioRoom(seat.presence.window, message.byteLength)) seats.push(seat.id);
  }
  for (const mirror of state.mirrors.values()) {
    if (takeAudioRoom(mirror.presence.window, message.byteLength)) seats.push(mirror.id);
  }
  return seats.length === 0 ? [] : [{ type: "forward-frame", seats, message }];
}

function videoArrived(state: RelayState, frame: ArrivedFrame): RelayEffect[] {
  const { cursors, keyframes, cache } = state;
  const { at, header, message } = frame;
  if (header.epoch !== state.display?.epoch) throw new ProtocolFault("bad-value", "frame of an epoch without display");
  const step = cursors.video === undefined ? undefined : sequenceDistance(header.sequence, cursors.video);
  if (step !== undefined && step <= 0) throw new ProtocolFault("bad-value", "video sequence must rise");
  cursors.video = header.sequence;
  cursors.videoAt = at;
  cursors.unacknowledgedBytes += message.byteLength;

  const effects: RelayEffect[] = [];
  if (header.keyframe) {
    keyframes.wanted = false;
    cursors.decodable = true;
    startCache(cache, header.sequence, message);
  } else {
    if (step === undefined)
      cursors.decodable = hasPicture(cache) && sequenceDistance(header.sequence, cache.lastSequence) === 1;
    else if (step > 1) cursors.decodable = false;
    if (!cursors.decodable) {
      acknowledgeUnprompted(state, at, effects);
      effects.push(...demandKeyframe(state, at));
      return effects;
    }
    extendCache(cache, header.sequence, message);
  }

  noteFrame(state.sent, header.sequence, message.byteLength, at);

  const seats: string[] = [];
  for (const seat of state.seats.values()) {
    if (seat.presence.phase !== "watching" || seat.mirror !== undefined || !seat.rights.includes("view")) continue;
    if (takesVideo(state, seat.presence, seat, frame, effects)) seats.push(seat.id);
  }
  for (const mirror of state.mirrors.values()) {
    if (takesVideo(state, mirror.presence, mirror, frame, effects)) seats.push(mirror.id);
  }
  if (seats.length > 0) effects.unshift({ type: "forward-frame", seats, message });
  acknowledgeUnprompted(state, at, effects);
  askKeyframe(state, at, effects);
  return effects;
}

/** The W-3 rule for one seat: follow, stop when the window closes, start again at a keyframe. */
function takesVideo(
  state: RelayState,
  presence: WatchingPresence,
  seat: Seat,
  { at, header }: ArrivedFrame,
  effects: RelayEffect[],
): boolean {
  const { window } = presence;
  const { sent } = state;
  if (presence.video === "waiting") {
    if (!header.keyframe || !mayStart(window, sent, at)) return false;
    presence.video = "flowing";
    presence.startedAt = at;
    presence.retryAt = undefined;
    effects.push({ type: "note-seat", seat: seat.id });
  } else if (!isWindowOpen(window, sent, at)) {
    presence.video = "waiting";
    window.stalled = true;
    window.closed = true;
    if (noteStall(presence.rate, highest(window.path.capacity), at)) foldTarget(state, at, effects);
    effects.push({ type: "note-seat", seat: seat.id });
    return false;
  }
  noteVideoSent(window, sent, sent.newest, header.keyframe);
  return true;
}

/** Viewers' acks carry the origin's along (W-4); when none come for so long, a frame does. */
const ORIGIN_ACK_FALLBACK_MS = 250;
/** So does a burst, before it can fill the agent's window of 1 MiB: full, that would wait for us, and we for a frame. */
const ORIGIN_ACK_FALLBACK_BYTES = 256 * 1024;
const ORIGIN_ACK_INTERVAL_MS = 80;

/** Tell the origin how far its frames came, though no viewer's acknowledgement gave occasion to. */
function acknowledgeUnprompted(state: RelayState, at: number, effects: RelayEffect[]): void {
  const { acknowledgedAt, unacknowledgedBytes } = state.cursors;
  if (at - acknowledgedAt > ORIGIN_ACK_FALLBACK_MS || unacknowledgedBytes > ORIGIN_ACK_FALLBACK_BYTES)
    tellProgress(state, at, effects);
}

/** Tell the origin how far its frames came, unless it was just told. */
export function acknowledgeOrigin(state: RelayState, at: number, effects: RelayEffect[]): void {
  if (at - state.cursors.acknowledgedAt >= ORIGIN_ACK_INTERVAL_MS) tellProgress(state, at, effects);
}

function tellProgress(state: RelayState, at: number, effects: RelayEffect[]): void {
  const { cursors } = state;
  if (state.origin.phase !== "online" || (cursors.video === undefined && cursors.audio === undefined)) return;
  cursors.acknowledgedAt = at;
  cursors.unacknowledgedBytes = 0;
  effects.push({
    type: "tell-origin",
    message: {
      type: "ack",
      ...(cursors.video === undefined ? {} : { video: cursors.video }),
      ...(cursors.audio === undefined ? {} : { audio: cursors.audio }),
    },
  });
}

/** Somebody needs a keyframe: ask now, or when the interval allows. */
export function demandKeyframe(state: RelayState, at: number): RelayEffect[] {
  state.keyframes.wanted = true;
  const effects: RelayEffect[] = [];
  askKeyframe(state, at, effects);
  return effects;
}

/** Ask for the wanted keyframe if the interval since the last request has passed (S-7). */
export function askKeyframe(state: RelayState, at: number, effects: RelayEffect[]): void {
  if (state.origin.phase !== "online" || !shouldAskKeyframe(state.keyframes, at)) return;
  state.keyframes.askedAt = at;
  effects.push({ type: "tell-origin", message: { type: "keyframe-request" } });
}
