/** How far the provider's clock may be from the edge's, either way. */
export const CLOCK_SKEW_SECONDS = 60;
/** A token that comes straight from the provider was made a moment ago. */
export const MAX_TOKEN_AGE_SECONDS = 5 * 60;

/** Whether a token of this moment (`iat`, seconds) may have been made just now. @param at Unix milliseconds */
export function isFresh(issuedAt: number, at: number): boolean {
  const age = at / 1_000 - issuedAt;
  return age >= -CLOCK_SKEW_SECONDS && age <= MAX_TOKEN_AGE_SECONDS + CLOCK_SKEW_SECONDS;
}
