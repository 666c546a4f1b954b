/** How long to wait before the next try: full jitter under a ceiling that doubles, so that a fleet of agents spreads out. */
export interface Backoff {
  /** Ceiling of the first wait. */
  readonly firstMs: number;
  /** Ceiling of every wait. */
  readonly capMs: number;
  /** Losses since the last connection that held. */
  failures: number;
  /** When the present connection was made; undefined without one. */
  connectedAt: number | undefined;
}

/** A connection that held for so long was a good one: the next loss begins anew. */
export const STABLE_MS = 10_000;

/** Below this, two doublings in a row say nothing more than one; 2^20 is far over any cap. */
const MAX_DOUBLINGS = 20;

/** A session that a person looks at: back within seconds. */
export function sessionBackoff(): Backoff {
  return { firstMs: 200, capMs: 5_000, failures: 0, connectedAt: undefined };
}

/** The control link of a host: patient, because a whole fleet dials at once after an outage. */
export function controlBackoff(): Backoff {
  return { firstMs: 200, capMs: 30_000, failures: 0, connectedAt: undefined };
}

export function noteConnected(backoff: Backoff, at: number): void {
  backoff.connectedAt = at;
}

/**
 * A connection, or a try for one, was lost: the wait before the next, in milliseconds.
 * @param chance at least 0, below 1 (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "full jitter")
 */
export function waitAfterLoss(backoff: Backoff, at: number, chance: () => number): number {
  const held = backoff.connectedAt !== undefined && at - backoff.connectedAt >= STABLE_MS;
  if (held) backoff.failures = 0;
  backoff.connectedAt = undefined;
  const ceiling = Math.min(backoff.capMs, backoff.firstMs * 2 ** Math.min(backoff.failures, MAX_DOUBLINGS));
  backoff.failures += 1;
  return chance() * ceiling;
}
