/**
 * The last video frames that could be decoded, numbered by position from 1 on: one ring for all seats, since each is
 * sent a run of the same frames. What a seat keeps is where in it its runs begin and end.
 */
export interface SentFrames {
  readonly sequences: Uint32Array;
  readonly bytes: Uint32Array;
  /** When each came, Unix milliseconds. */
  readonly at: Float64Array;
  /** Position of the newest frame; 0 before the first. */
  newest: number;
}

/** 17 s of 60 fps, and a power of two. A seat that is behind by half of it is sent nothing more. */
export const RING_FRAMES = 1024;

export function createSentFrames(): SentFrames {
  return {
    sequences: new Uint32Array(RING_FRAMES),
    bytes: new Uint32Array(RING_FRAMES),
    at: new Float64Array(RING_FRAMES),
    newest: 0,
  };
}

export function noteFrame(frames: SentFrames, sequence: number, bytes: number, at: number): void {
  frames.newest += 1;
  const slot = slotOf(frames.newest);
  frames.sequences[slot] = sequence;
  frames.bytes[slot] = bytes;
  frames.at[slot] = at;
}

/** Whether the ring still knows this position. */
export function isHeld(frames: SentFrames, position: number): boolean {
  return position > frames.newest - RING_FRAMES;
}

/** Of a position that is held. */
export function sequenceAt(frames: SentFrames, position: number): number {
  return frames.sequences[slotOf(position)] ?? 0;
}

/** Of a position that is held. */
export function bytesAt(frames: SentFrames, position: number): number {
  return frames.bytes[slotOf(position)] ?? 0;
}

/** Of a position that is held. */
export function cameAt(frames: SentFrames, position: number): number {
  return frames.at[slotOf(position)] ?? 0;
}

function slotOf(position: number): number {
  return position & (RING_FRAMES - 1);
}
