/**
 * Sound between the network and the loudspeaker: a bounded ring of samples, one array per channel. It plays only
 * once `target` samples are there, turns to silence when it runs dry, and drops the oldest when it is over `limit`.
 */
export interface SampleRing {
  readonly channels: readonly Float32Array[];
  readonly target: number;
  readonly limit: number;
  /** Where the oldest sample is. */
  start: number;
  length: number;
  playing: boolean;
  underflows: number;
  /** Samples per channel that were never played. */
  dropped: number;
}

/** @param target,limit samples per channel; `limit` is the most that ever waits */
export function createSampleRing(channels: number, target: number, limit: number): SampleRing {
  return {
    channels: Array.from({ length: channels }, () => new Float32Array(limit)),
    target,
    limit,
    start: 0,
    length: 0,
    playing: false,
    underflows: 0,
    dropped: 0,
  };
}

/** Add as many samples to every channel as `planes` has; of a longer piece than fits, its end. */
export function pushSamples(ring: SampleRing, planes: readonly Float32Array[]): void {
  const offered = planes[0]?.length ?? 0;
  const skipped = Math.max(0, offered - ring.limit);
  const count = offered - skipped;
  // Once too much waits, go back to the target at once: one gap is heard less than a delay that stays.
  if (ring.length + count > ring.limit)
    dropOldest(ring, Math.max(ring.length + count - ring.limit, ring.length - ring.target));
  ring.dropped += skipped;
  const end = (ring.start + ring.length) % ring.limit;
  const untilWrap = Math.min(count, ring.limit - end);
  ring.channels.forEach((channel, index) => {
    const plane = planes[index] ?? planes[0];
    if (plane === undefined) return;
    channel.set(plane.subarray(skipped, skipped + untilWrap), end);
    channel.set(plane.subarray(skipped + untilWrap), 0);
  });
  ring.length += count;
  if (ring.length >= ring.target) ring.playing = true;
}

/** Fill every output with the next samples, or with silence. */
export function pullSamples(ring: SampleRing, outputs: readonly Float32Array[]): void {
  const wanted = outputs[0]?.length ?? 0;
  const count = ring.playing ? Math.min(wanted, ring.length) : 0;
  outputs.forEach((output, index) => {
    const channel = ring.channels[index] ?? ring.channels[0];
    for (let at = 0; at < count; at++) output[at] = channel?.[(ring.start + at) % ring.limit] ?? 0;
    output.fill(0, count);
  });
  ring.start = (ring.start + count) % ring.limit;
  ring.length -= count;
  if (!ring.playing || count === wanted) return;
  ring.playing = false;
  ring.underflows += 1;
}

function dropOldest(ring: SampleRing, samples: number): void {
  const count = Math.min(samples, ring.length);
  ring.start = (ring.start + count) % ring.limit;
  ring.length -= count;
  ring.dropped += count;
}
