/** What went wrong lately, and how often. */
export interface Recovery {
  /** Since when there is no picture. */
  outageSince: number | undefined;
  attempts: number;
  /** When it went wrong, the newest last. */
  readonly failures: number[];
}

/** An ADB server that starts again, or a server that died, is back by then; a device that reboots is not. */
const OUTAGE_LIMIT_MS = 15_000;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 2_000;
/** A device whose encoder dies more often than that is of no use. */
const MAX_FAILURES = 8;
const FAILURES_WITHIN_MS = 60_000;

export function createRecovery(): Recovery {
  return { outageSince: undefined, attempts: 0, failures: [] };
}

/** It went wrong. @returns how long to wait before the next attempt; undefined when none is worth it */
export function nextAttempt(recovery: Recovery, at: number): number | undefined {
  const { failures } = recovery;
  failures.push(at);
  while ((failures[0] ?? at) < at - FAILURES_WITHIN_MS) failures.shift();
  recovery.outageSince ??= at;
  if (at - recovery.outageSince > OUTAGE_LIMIT_MS || failures.length > MAX_FAILURES) return undefined;
  const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** recovery.attempts);
  recovery.attempts += 1;
  return delay;
}

/** A picture came. */
export function notePicture(recovery: Recovery): void {
  recovery.outageSince = undefined;
  recovery.attempts = 0;
}
