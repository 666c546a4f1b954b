/** By one subscriber, of one link. */
const MAX_FAILURES = 100;
const WINDOW_MS = 60_000;
/** Whoever comes when so many have failed takes the place of the one longest there. */
const MAX_SUBSCRIBERS = 1_000;

interface Failed {
  readonly until: number;
  readonly count: number;
}

/**
 * How often somebody has failed to use a link, within a minute of the first time. Kept in memory: an object that nobody asks for ten
 * seconds may forget it, and whoever asks that seldom is far from the limit.
 */
export class Failures {
  readonly #of = new Map<string, Failed>();

  /** @param at now, Unix milliseconds */
  isTooOften(subscriber: string, at: number): boolean {
    return (this.#current(subscriber, at)?.count ?? 0) >= MAX_FAILURES;
  }

  /** Counts one more. @returns whether it was one too many */
  add(subscriber: string, at: number): boolean {
    const before = this.#current(subscriber, at);
    const isOneTooMany = this.isTooOften(subscriber, at);
    const oldest = this.#of.keys().next().value;
    if (before === undefined && this.#of.size >= MAX_SUBSCRIBERS && oldest !== undefined) this.#of.delete(oldest);
    this.#of.set(subscriber, { until: before?.until ?? at + WINDOW_MS, count: (before?.count ?? 0) + 1 });
    return isOneTooMany;
  }

  #current(subscriber: string, at: number): Failed | undefined {
    const failed = this.#of.get(subscriber);
    if (failed === undefined || failed.until > at) return failed;
    this.#of.delete(subscriber);
    return undefined;
  }
}
