import type { LocationListener } from "./location-dump.ts";
import type { Wanted } from "./wish.ts";

/** A label of the protocol. */
const MAX_PURPOSE_CHARS = 64;

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
