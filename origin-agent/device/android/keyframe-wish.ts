/**
 * One keyframe request at a time. scrcpy has none but starting its encoder anew, and starts one upon the other can
 * freeze a slow device for tens of seconds: what is wished for while a keyframe is on its way is that keyframe.
 */
export interface KeyframeWish {
  /** When the pending one was asked for. */
  askedAt: number | undefined;
}

/** One that has not come by then was lost, and may be asked for again. */
const LOST_AFTER_MS = 5_000;

/** A server that was just started begins with one. */
export function createKeyframeWish(at: number): KeyframeWish {
  return { askedAt: at };
}

/** @returns whether the device has to be asked */
export function wishKeyframe(wish: KeyframeWish, at: number): boolean {
  if (wish.askedAt !== undefined && at - wish.askedAt < LOST_AFTER_MS) return false;
  wish.askedAt = at;
  return true;
}

export function keyframeCame(wish: KeyframeWish): void {
  wish.askedAt = undefined;
}
