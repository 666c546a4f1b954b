import type { Timers } from "./port.ts";

/** The machine's own clock, timers and chance. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  chance: () => Math.random(),
};
