/** Ordinary statistics of a run; every figure that the bench prints comes through here. */

/** The value below which this share of the sorted samples lies (nearest rank). NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Half the distance between the quartiles: how much the repeats of a run differ. */
export function spread(samples: readonly number[]): number {
  return (percentile(samples, 0.75) - percentile(samples, 0.25)) / 2;
}

/** A figure over repeats: their median, and the spread as a note. */
export function over(repeats: readonly number[]): { readonly figure: number; readonly note: string } {
  return { figure: median(repeats), note: `± ${spread(repeats).toPrecision(2)} over ${repeats.length}` };
}
