/** A token bucket: `perSecond` on average, one second's worth at once. */
export interface RateLimit {
  tokens: number;
  /** When the tokens were last counted, Unix milliseconds. */
  at: number;
}

export function createRateLimit(perSecond: number, at: number): RateLimit {
  return { tokens: perSecond, at };
}

/** Take one token; false when there is none. */
export function takeToken(limit: RateLimit, perSecond: number, at: number): boolean {
  return takeTokens(limit, 1, perSecond, at);
}

/** Take so many tokens, or none. */
export function takeTokens(limit: RateLimit, count: number, perSecond: number, at: number): boolean {
  limit.tokens = Math.min(perSecond, limit.tokens + (Math.max(0, at - limit.at) * perSecond) / 1_000);
  limit.at = at;
  if (limit.tokens < count) return false;
  limit.tokens -= count;
  return true;
}
