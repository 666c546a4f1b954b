/** An extreme that forgets: of this period and the one before. Two numbers instead of every sample. */
export interface Sliding {
  now: number;
  before: number;
  since: number;
}

export function createSliding(): Sliding {
  return { now: Number.NaN, before: Number.NaN, since: 0 };
}

export function noteLow(sliding: Sliding, sample: number, at: number, periodMs: number): void {
  turn(sliding, at, periodMs);
  if (!(sliding.now <= sample)) sliding.now = sample;
}

export function noteHigh(sliding: Sliding, sample: number, at: number, periodMs: number): void {
  turn(sliding, at, periodMs);
  if (!(sliding.now >= sample)) sliding.now = sample;
}

/** Forget all but this. */
export function resetTo(sliding: Sliding, sample: number, at: number): void {
  sliding.now = sample;
  sliding.before = Number.NaN;
  sliding.since = at;
}

/** The lowest of late; undefined before the first sample. */
export function lowest({ now, before }: Sliding): number | undefined {
  if (Number.isNaN(now)) return undefined;
  return before < now ? before : now;
}

/** The highest of late; undefined before the first sample. */
export function highest({ now, before }: Sliding): number | undefined {
  if (Number.isNaN(now)) return undefined;
  return before > now ? before : now;
}

function turn(sliding: Sliding, at: number, periodMs: number): void {
  const passed = at - sliding.since;
  if (passed < periodMs) return;
  // A pause is no reason to forget the last that was known: without a newer sample it is kept as the one before.
  if (!Number.isNaN(sliding.now)) sliding.before = sliding.now;
  sliding.now = Number.NaN;
  sliding.since = at;
}
