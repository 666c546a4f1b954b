/** When frames are acknowledged (docs/protocol.md, W-2). Edited in place; `at` is any clock in milliseconds. */
export interface AckPace {
  /** Undefined before the first frame. */
  arrivedAt: number | undefined;
  sentAt: number;
  /** So many acknowledgements are still to follow each other quickly. */
  quick: number;
}

/** About ten a second while frames come, none while they do not. */
const INTERVAL_MS = 100;
/** What comes after so long a pause stood on the way, and the edge waits to hear that it is through before it sends more. */
const PAUSE_MS = 1_500;
const QUICK_INTERVAL_MS = 25;
const QUICK_ACKS = 4;

export function createAckPace(): AckPace {
  return { arrivedAt: undefined, sentAt: Number.NEGATIVE_INFINITY, quick: 0 };
}

/** A frame came. @returns how long its acknowledgement waits for others, milliseconds; 0 when it does not */
export function waitAfter(pace: AckPace, at: number): number {
  if (pace.arrivedAt !== undefined && at - pace.arrivedAt >= PAUSE_MS) pace.quick = QUICK_ACKS;
  pace.arrivedAt = at;
  return Math.max(0, pace.sentAt + (pace.quick > 0 ? QUICK_INTERVAL_MS : INTERVAL_MS) - at);
}

export function acknowledgedAt(pace: AckPace, at: number): void {
  pace.sentAt = at;
  pace.quick = Math.max(0, pace.quick - 1);
}
