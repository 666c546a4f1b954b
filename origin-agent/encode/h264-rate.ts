/** What the rate control of x264 is set to: its leaky bucket, in bits and bits per second. */
export interface RateControl {
  readonly maxRate: number;
  readonly bufferBits: number;
}

/**
 * The bucket holds this much time of the bitrate: what one picture may cost at most, and so how long it may be on
 * the wire. At 4 Mbit/s that is 66 kB, enough for a sharp keyframe of a phone's screen.
 */
const BUFFER_SECONDS = 4 / 30;
/** x264 treats a bucket that one picture fills as a different mode, which starves the pictures after it. */
const MAX_FILL_PER_PICTURE = 0.8;
const MIN_BITRATE = 50_000;

/**
 * x264 refills its bucket by maxRate / nominalFrameRate for every picture, whatever the time between them. Pictures
 * come when something changed, so the rate is scaled until the refill is what the real pace allows.
 */
export function rateControl(bitrate: number, frameRate: number, nominalFrameRate: number): RateControl {
  const rate = Math.max(MIN_BITRATE, bitrate);
  const bufferBits = Math.round(rate * BUFFER_SECONDS);
  const refillBits = Math.min(rate / Math.max(1, frameRate), bufferBits * MAX_FILL_PER_PICTURE);
  return { maxRate: Math.round(refillBits * nominalFrameRate), bufferBits };
}
