/** How long to wait before the next try: full jitter under a ceiling that doubles (AWS, "Exponential Backoff And Jitter"). */
const FIRST_CEILING_MS = 200;
const CEILING_MS = 5_000;
/** A connection that held for so long was a good one: the next loss begins anew. */
export const STABLE_MS = 10_000;

/**
 * The wait in milliseconds before try number `attempt`, which counts from 1.
 * @param chance at least 0, below 1
 */
export function retryWait(attempt: number, chance: number): number {
  return chance * Math.min(CEILING_MS, FIRST_CEILING_MS * 2 ** Math.min(attempt - 1, 10));
}
