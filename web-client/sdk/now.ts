/**
 * Unix time in microseconds, as fine as the browser tells it. A page and its workers agree on it, and it never jumps
 * while they live, which `Date.now()` does not promise.
 */
export function nowMicros(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}
