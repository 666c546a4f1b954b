/** Who asked for a keyframe and when: requests are coalesced, at most one a second reaches the device (S-7). */
export interface KeyframeDemand {
  /** Somebody needs one that has not come yet. */
  wanted: boolean;
  /** When the origin was last asked, Unix milliseconds. */
  askedAt: number;
}

/** mediasoup lets one request a second reach the producer; more only double the bitrate. */
export const KEYFRAME_INTERVAL_MS = 1_000;

export function createKeyframeDemand(): KeyframeDemand {
  return { wanted: false, askedAt: 0 };
}

/** Whether to ask the origin now. An unanswered request is repeated when another interval has passed. */
export function shouldAskKeyframe(demand: KeyframeDemand, at: number): boolean {
  return demand.wanted && at - demand.askedAt >= KEYFRAME_INTERVAL_MS;
}
