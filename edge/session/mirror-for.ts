import { jurisdictionOfSession, regionWithin } from "../jurisdiction/index.ts";
import { mirrorHint, mirrorName } from "../mirror-link/index.ts";
import type { RelayState } from "../relay/index.ts";
import { placeSeat } from "./seat-place.ts";
import { sessionHint } from "./session-id.ts";

/** Where a person who is `near` sits: the mirror's name, undefined for the home itself, or `full`. */
export function mirrorFor(
  { session, seats }: RelayState,
  near: DurableObjectLocationHint | undefined,
  except?: string,
): { readonly mirror: string | undefined } | "full" {
  const counts = new Map<string | undefined, number>();
  for (const { id, mirror } of seats.values()) if (id !== except) counts.set(mirror, 1 + (counts.get(mirror) ?? 0));
  const mirrors = [...counts].flatMap(([name = "", taken]) => {
    const region = mirrorHint(name);
    return region === undefined ? [] : [{ region, number: Number(name.slice(region.length + 1)), seats: taken }];
  });
  // Pictures do not leave the jurisdiction for a mirror: whoever is outside of it comes to one within.
  const there = near === undefined ? undefined : regionWithin(jurisdictionOfSession(session), near);
  const place = placeSeat({ region: sessionHint(session), homeSeats: counts.get(undefined) ?? 0, mirrors }, there);
  if (place.at === "full") return "full";
  return { mirror: place.at === "home" ? undefined : mirrorName(place.region, place.number) };
}
