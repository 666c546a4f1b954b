import type { LocationListener } from "./location-dump.ts";
import type { Wanted } from "./wish.ts";

/** A label of the protocol. */
const MAX_PURPOSE_CHARS = 64;

/** Enough for a level, a compass or a game that is tilted; how often each app wants it is not told. */
const MOTION_RATE_HZ = 30;

/** What all listeners together want of a person, in the name of the one who wants it most often. */
export function locationWanted(
  listeners: readonly LocationListener[],
  nameOf: (app: string) => string,
): Wanted | undefined {
  const [first] = listeners.toSorted((a, b) => a.intervalMs - b.intervalMs || (a.app < b.app ? -1 : 1));
  if (first === undefined) return undefined;
  return {
    purpose: nameOf(first.app).slice(0, MAX_PURPOSE_CHARS),
    want: {
      kind: "location",
      intervalMs: first.intervalMs,
      distanceM: Math.min(...listeners.map(({ distanceM }) => distanceM)),
      accuracy: listeners.every(({ coarse }) => coarse) ? "coarse" : "fine",
    },
  };
}

/** What apps that listen to how the device is held want of a person. */
export function motionWanted(apps: readonly string[], nameOf: (app: string) => string): Wanted | undefined {
  const [first] = apps;
  if (first === undefined) return undefined;
  return { purpose: nameOf(first).slice(0, MAX_PURPOSE_CHARS), want: { kind: "motion", rateHz: MOTION_RATE_HZ } };
}
