import { sequenceDistance } from "#protocol";
import { ACK_BATCH_MS, createPathMeter, noteArrival, type PathMeter, type PathSample } from "./path-meter.ts";
import { bytesAt, cameAt, isHeld, RING_FRAMES, type SentFrames, sequenceAt } from "./sent-frames.ts";
import { highest, lowest } from "./sliding.ts";

/**
 * What was sent to one seat and not yet acknowledged. A Worker cannot see its send buffer, so this is the only
 * sign of a seat that cannot keep up; it bounds the relay's memory per seat too (W-1). Positions are of the session's
 * `SentFrames`; frames between `gapFrom` and `gapTo` were skipped.
 */
export interface SeatWindow {
  /** All up to this position is acknowledged or was never sent. */
  acked: number;
  /** The last position that was sent. */
  end: number;
  lastSequence: number;
  gapFrom: number;
  gapTo: number;
  /** Bytes of the unacknowledged video. */
  bytes: number;
  /** From and up to these positions frames were sent late, all at `replayedAt`. */
  replayedFrom: number;
  replayedTo: number;
  replayedAt: number;
  /** The keyframe that the seat started at, until it is acknowledged: it may take as long as it takes. */
  startPosition: number;
  startBytes: number;
  /** The seat's decoder has nothing to go on from. */
  broken: boolean;
  /** It was over its window, and has not begun anew since. */
  closed: boolean;
  /** Nothing was acknowledged in time, and nothing has been since. */
  stalled: boolean;
  /** When the seat was last heard of, Unix milliseconds. */
  heardAt: number;
  /** Bytes of audio since the last acknowledgement of any kind. */
  audioBytes: number;
  readonly path: PathMeter;
}

/** Unacknowledged video of one seat, whatever it has proved to take: a whole picture cache and as much again. */
const WINDOW_BYTES = 1024 * 1024;
/** A seat may always have this much on its way: a keyframe of a small picture. */
const WINDOW_FLOOR_BYTES = 24 * 1024;
/** What may stand in queues on the way. */
const STANDING_MS = 150;
/** What takes no longer than this is as good as through. */
const DRAINED_MS = 120;
/** Until the first acknowledgement the page may still be starting its decoder. */
const WINDOW_FIRST_AGE_MS = 3_000;
/** Until then, beyond the first keyframe: a third of a second of 2 Mbit/s. */
const FIRST_BYTES = 80 * 1024;
/** The longest that a keyframe is waited for beyond what other frames may take. */
const MAX_START_MS = 1_500;
/** About 8 seconds of audio; past that it is stale and dropped. */
const WINDOW_AUDIO_BYTES = 64 * 1024;

export function createSeatWindow(at: number): SeatWindow {
  return {
    acked: 0,
    end: 0,
    lastSequence: 0,
    gapFrom: 0,
    gapTo: 0,
    bytes: 0,
    replayedFrom: 0,
    replayedTo: 0,
    replayedAt: 0,
    startPosition: 0,
    startBytes: 0,
    broken: false,
    closed: false,
    stalled: false,
    heardAt: at,
    audioBytes: 0,
    path: createPathMeter(),
  };
}

/** Whether one more video frame may be sent. */
export function isWindowOpen(window: SeatWindow, frames: SentFrames, at: number): boolean {
  if (window.acked === window.end) return true;
  if (window.bytes > WINDOW_BYTES || window.end - window.acked > RING_FRAMES / 2) return false;
  const roundTrip = lowest(window.path.roundTrip);
  const age = at - sentAt(window, frames, firstUnacked(window));
  if (roundTrip === undefined) return age <= WINDOW_FIRST_AGE_MS && window.bytes <= FIRST_BYTES + window.startBytes;
  const allowed = roundTrip + ACK_BATCH_MS + STANDING_MS;
  const capacity = highest(window.path.capacity);
  if (capacity === undefined) return age <= allowed;
  const start = Math.min(MAX_START_MS, window.startBytes / capacity);
  return age <= allowed + start && window.bytes <= Math.max(WINDOW_FLOOR_BYTES, capacity * allowed) + window.startBytes;
}

/** A frame of the ring is sent to this seat: the one after the last, or the start of a new run. */
export function noteVideoSent(window: SeatWindow, frames: SentFrames, position: number, starts: boolean): void {
  if (window.acked === window.end) window.acked = position - 1;
  else if (position !== window.end + 1) {
    window.gapFrom = window.end + 1;
    window.gapTo = position;
  }
  const bytes = bytesAt(frames, position);
  window.end = position;
  window.lastSequence = sequenceAt(frames, position);
  window.bytes += bytes;
  if (!starts) return;
  window.broken = false;
  window.closed = false;
  window.startPosition = position;
  window.startBytes = bytes;
}

/**
 * Whether so little is on its way that a new run of frames would not wait behind it. A window counts one gap, so what
 * was sent ahead of the last one must be acknowledged too.
 */
export function hasDrained(window: SeatWindow): boolean {
  if (window.acked === window.end) return true;
  if (!hasOneGap(window)) return false;
  const capacity = highest(window.path.capacity);
  return capacity !== undefined && window.bytes <= capacity * DRAINED_MS;
}

/** Whether one more audio frame may be sent; counts it when so. */
export function takeAudioRoom(window: SeatWindow, bytes: number): boolean {
  if (window.audioBytes + bytes > WINDOW_AUDIO_BYTES) return false;
  window.audioBytes += bytes;
  return true;
}

/**
 * Cumulative: everything up to this video sequence has arrived. A number that was never sent changes nothing.
 * @param receivedAt when it arrived, microseconds of the viewer's clock
 * @returns what that says about the way, when it says something
 */
export function acknowledge(
  window: SeatWindow,
  frames: SentFrames,
  sequence: number | undefined,
  receivedAt: number | undefined,
  at: number,
): PathSample | undefined {
  window.audioBytes = 0;
  if (sequence === undefined || window.acked === window.end) return undefined;
  if (sequenceDistance(sequence, window.lastSequence) > 0) return undefined;
  const first = firstUnacked(window);
  if (!isHeld(frames, first)) {
    // So long ago that the ring has forgotten: what counts is that all of it arrived.
    if (sequence === window.lastSequence) drain(window, at);
    return undefined;
  }
  let newest = 0;
  let bytes = 0;
  for (let position = first; position <= window.end; position += 1) {
    if (position === window.gapFrom) position = window.gapTo;
    if (sequenceDistance(sequenceAt(frames, position), sequence) > 0) break;
    newest = position;
    bytes += bytesAt(frames, position);
  }
  if (newest === 0) return undefined;
  const afterStall = window.stalled;
  window.stalled = false;
  window.heardAt = at;
  window.acked = newest;
  window.bytes -= bytes;
  if (newest >= window.startPosition) window.startBytes = 0;
  return noteArrival(
    window.path,
    {
      at,
      receivedAt: receivedAt === undefined ? undefined : receivedAt / 1_000,
      sentAt: sentAt(window, frames, newest),
      firstSentAt: sentAt(window, frames, first),
      bytes,
      newestBytes: bytesAt(frames, newest),
    },
    afterStall,
  );
}

/** Whether a keyframe may start a new run now. */
export function mayStart(window: SeatWindow, frames: SentFrames, at: number): boolean {
  return window.closed ? hasDrained(window) : hasOneGap(window) && isWindowOpen(window, frames, at);
}

function drain(window: SeatWindow, at: number): void {
  window.acked = window.end;
  window.bytes = 0;
  window.startBytes = 0;
  window.stalled = false;
  window.heardAt = at;
}

function hasOneGap(window: SeatWindow): boolean {
  return window.acked === window.end || window.gapTo <= window.acked + 1;
}

function firstUnacked(window: SeatWindow): number {
  const first = window.acked + 1;
  return first === window.gapFrom ? window.gapTo : first;
}

function sentAt(window: SeatWindow, frames: SentFrames, position: number): number {
  // What was under way when a replay began was sent long before it: its time is not to be shortened.
  const late = position >= window.replayedFrom && position <= window.replayedTo;
  return late ? window.replayedAt : cameAt(frames, position);
}
