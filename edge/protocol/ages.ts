/**
 * The ages of the newest frames at one place on their way, in milliseconds: how long ago each was captured when it
 * came there. A ring of fixed size, so that noting one costs two numbers. What is said of them on the wire: K-2, Q-1.
 */
export interface Ages {
  readonly samples: Float64Array;
  /** How many were noted, those that were overwritten included. */
  noted: number;
}

/** Whole milliseconds: the middle, and what one in twenty is over. */
export interface AgeSummary {
  readonly p50: number;
  readonly p95: number;
}

/** @param kept of how many frames, at most, a summary is made */
export function createAges(kept: number): Ages {
  return { samples: new Float64Array(kept), noted: 0 };
}

/** An age below 0 is what the comparison of two clocks was wrong by, and counts as none. */
export function noteAge(ages: Ages, ms: number): void {
  ages.samples[ages.noted % ages.samples.length] = Math.max(0, ms);
  ages.noted += 1;
}

/** Undefined when none was noted. */
export function summarizeAges({ samples, noted }: Ages): AgeSummary | undefined {
  const sorted = samples.slice(0, Math.min(noted, samples.length)).sort();
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
  const [p50, p95] = [rank(0.5), rank(0.95)];
  return p50 === undefined || p95 === undefined ? undefined : { p50: Math.round(p50), p95: Math.round(p95) };
}

export function clearAges(ages: Ages): void {
  ages.noted = 0;
}
