import type { Timers } from "../../../origin-agent/link/index.ts";

/** Time that passes when told to, and chance that is always the highest. */
export interface ManualTimers extends Timers {
  /** Let so much time pass; what falls due runs in its order, with promises settled in between. */
  pass(ms: number): Promise<void>;
  /** How many timers are set. */
  pending(): number;
}

export function manualTimers(): ManualTimers {
  let now = 1_700_000_000_000;
  const timers = new Set<{ at: number; run: () => void }>();
  const next = (until: number) => [...timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    chance: () => 0.999_999,
    pending: () => timers.size,
    pass: async (ms) => {
      const until = now + ms;
      await settle();
      for (let due = next(until); due !== undefined; due = next(until)) {
        timers.delete(due);
        now = Math.max(now, due.at);
        due.run();
        await settle();
      }
      now = until;
    },
  };
}

/** Let everything that is ready to go on, go on. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
