/**
 * Where a tenant's objects must stay. Its name says so, `acme.eu`, and so do the names that are made of it: whoever has a name can
 * find the object without asking anybody. An object of the same name elsewhere is another object.
 */

/** The regions of each jurisdiction, the first for whoever is in none of them. */
const REGIONS = {
  eu: ["weur", "eeur"],
  us: ["enam", "wnam"],
  fedramp: ["enam", "wnam"],
  "fedramp-high": ["enam", "wnam"],
} as const satisfies Record<
  DurableObjectJurisdiction,
  readonly [DurableObjectLocationHint, ...DurableObjectLocationHint[]]
>;

/** By what comes after the last dot of the tenant's name; undefined: anywhere. */
export function jurisdictionOf(tenant: string): DurableObjectJurisdiction | undefined {
  const dot = tenant.lastIndexOf(".");
  return dot < 1 ? undefined : known(tenant.slice(dot + 1));
}

/** By what comes before the first dot of a session's id. */
export function jurisdictionOfSession(session: string): DurableObjectJurisdiction | undefined {
  return known(session.slice(0, Math.max(0, session.indexOf("."))));
}

/** The region that is asked for, or one within the jurisdiction instead. */
export function regionWithin(
  jurisdiction: DurableObjectJurisdiction | undefined,
  region: DurableObjectLocationHint,
): DurableObjectLocationHint {
  if (jurisdiction === undefined) return region;
  const regions: readonly DurableObjectLocationHint[] = REGIONS[jurisdiction];
  return regions.includes(region) ? region : REGIONS[jurisdiction][0];
}

/** The part of a namespace whose objects stay there. */
export function within<Kind extends Rpc.DurableObjectBranded | undefined>(
  jurisdiction: DurableObjectJurisdiction | undefined,
  namespace: DurableObjectNamespace<Kind>,
): DurableObjectNamespace<Kind> {
  if (jurisdiction === undefined) return namespace;
  try {
    return namespace.jurisdiction(jurisdiction);
  } catch (error) {
    // All objects of a workerd are where it runs. Any other refusal is the platform's: nothing is made elsewhere then.
    if (error instanceof Error && error.message.includes("not implemented in workerd")) return namespace;
    throw error;
  }
}

function known(word: string): DurableObjectJurisdiction | undefined {
  return isKnown(word) ? word : undefined;
}

function isKnown(word: string): word is DurableObjectJurisdiction {
  return Object.hasOwn(REGIONS, word);
}
