import { sequenceDistance } from "#protocol";

/**
 * Which units may be fed to a decoder: a keyframe, and then each that follows the one before without a gap. Edited
 * in place by the functions of this file; `at` is any clock in milliseconds.
 */
export interface UnitGate {
  /** The last unit fed; undefined while a keyframe is awaited. */
  last: number | undefined;
  /** When a keyframe was last asked for. */
  askedAt: number;
}

/** At most one request a second: every keyframe costs what many pictures do. */
export const KEYFRAME_REQUEST_INTERVAL_MS = 1_000;
/** The edge replays up to 60 units to a joiner at once; a decoder with twice that is not keeping up. */
export const MAX_WAITING_UNITS = 120;

export interface UnitVerdict {
  readonly feed: boolean;
  /** A keyframe is to be asked for. */
  readonly ask: boolean;
}

/** A gate that has asked for nothing: the edge sends a keyframe to every joiner unasked. */
export function createUnitGate(at: number): UnitGate {
  return { last: undefined, askedAt: at };
}

/** @param waiting units that were fed and are not decoded yet */
export function judgeUnit(
  gate: UnitGate,
  unit: { readonly keyframe: boolean; readonly sequence: number },
  waiting: number,
  at: number,
): UnitVerdict {
  if (unit.keyframe) {
    gate.last = unit.sequence;
    return { feed: true, ask: false };
  }
  const follows = gate.last !== undefined && sequenceDistance(unit.sequence, gate.last) === 1;
  if (follows && waiting < MAX_WAITING_UNITS) {
    gate.last = unit.sequence;
    return { feed: true, ask: false };
  }
  return { feed: false, ask: needKeyframe(gate, at) };
}

/** How long until a keyframe may be asked for, milliseconds. */
export function untilNextRequest(gate: UnitGate, at: number): number {
  return Math.max(0, gate.askedAt + KEYFRAME_REQUEST_INTERVAL_MS - at);
}

/** Nothing can be fed before the next keyframe. True when it is time to ask for one. */
export function needKeyframe(gate: UnitGate, at: number): boolean {
  gate.last = undefined;
  if (at - gate.askedAt < KEYFRAME_REQUEST_INTERVAL_MS) return false;
  gate.askedAt = at;
  return true;
}
