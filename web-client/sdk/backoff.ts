/**
 * How long to wait before the next try: full jitter under a ceiling that doubles (AWS, "Exponential Backoff And Jitter").
 * The first try is a loss of its own and not yet a sign of an edge in trouble: it comes at once, and is shaken only so
 * far that the seats of one session do not come in one moment.
 */
const AT_ONCE_CEILING_MS = 25;
const FIRST_CEILING_MS = 200;
const CEILING_MS = 5_000;
/** A connection that held for so long was a good one: the next loss begins anew. */
export const STABLE_MS = 2_000;

/**
 * The wait in milliseconds before try number `attempt`, which counts from 1.
 * @param chance at least 0, below 1
 */
export function retryWait(attempt: number, chance: number): number {
  if (attempt <= 1) return chance * AT_ONCE_CEILING_MS;
  return chance * Math.min(CEILING_MS, FIRST_CEILING_MS * 2 ** Math.min(attempt - 2, 10));
}
