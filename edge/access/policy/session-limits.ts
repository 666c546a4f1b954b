import { lower } from "./capability.ts";
import { isWithin, wallClocksAt } from "./hours.ts";
import { isInNetwork } from "./network.ts";
import type { Bound, Circumstances, Policy, Reason, SessionLimits } from "./policy.ts";

/** How long a session of this decision may be, and how many may sit in it. Undefined is without limit. */
export interface SessionTerms {
  readonly idleSeconds?: number;
  readonly lengthSeconds?: number;
  readonly viewers?: number;
}

type Condition = "hours" | "countries" | "networks" | "embeddingOrigins" | "viewers";

/** A condition that does not hold here and now, and who made it. */
export interface AdmissionRefusal {
  readonly limit: Condition;
  readonly because: Reason;
}

/** The policies that count for each limit: those of the narrowest binding that states it. */
type Stating = ReadonlyMap<keyof SessionLimits, { readonly rank: number; readonly policies: readonly Policy[] }>;

/** Each limit is the narrowest binding's that states it; where several policies of it do, all must hold. */
export function judgeSession(
  bound: readonly Bound[],
  circumstances: Circumstances,
): { readonly refusals: readonly AdmissionRefusal[]; readonly session: SessionTerms } {
  const stating = narrowest(bound);
  const clock = wallClocksAt(circumstances.at);
  const [idleSeconds, lengthSeconds, viewers] = [
    lowest(stating, "idleSeconds"),
    lowest(stating, "lengthSeconds"),
    lowest(stating, "viewers"),
  ];
  return {
    refusals: [
      ...refusals(stating, "hours", (hours) => hours.some((one) => isWithin(one, clock(one.timeZone)))),
      ...refusals(stating, "countries", (countries) => countries.includes(circumstances.country ?? "")),
      ...refusals(stating, "networks", (networks) =>
        networks.some((network) => isInNetwork(circumstances.address ?? "", network)),
      ),
      ...refusals(
        stating,
        "embeddingOrigins",
        (origins) => circumstances.embeddedBy === undefined || origins.includes(circumstances.embeddedBy),
      ),
      ...refusals(stating, "viewers", (most) => (circumstances.viewers ?? 0) < most),
    ],
    session: {
      ...(idleSeconds === undefined ? {} : { idleSeconds }),
      ...(lengthSeconds === undefined ? {} : { lengthSeconds }),
      ...(viewers === undefined ? {} : { viewers }),
    },
  };
}

function refusals<Name extends Condition>(
  stating: Stating,
  limit: Name,
  holds: (value: NonNullable<SessionLimits[Name]>) => boolean,
): AdmissionRefusal[] {
  const broken = (stating.get(limit)?.policies ?? []).filter(({ session }) => {
    const value = session[limit];
    return value !== undefined && !holds(value);
  });
  const first = broken[0];
  if (first === undefined) return [];
  return [{ limit, because: { by: "policy", binding: first.binding, policies: broken.map(({ id }) => id) } }];
}

function lowest(stating: Stating, limit: keyof SessionTerms): number | undefined {
  const policies = stating.get(limit)?.policies ?? [];
  return policies.reduce<number | undefined>((low, { session }) => lower(low, session[limit]), undefined);
}

function narrowest(bound: readonly Bound[]): Stating {
  const found = new Map<keyof SessionLimits, { rank: number; policies: Policy[] }>();
  for (const { policy, rank } of bound) {
    // Safe: the limits of a session have no other names.
    for (const limit of Object.keys(policy.session) as (keyof SessionLimits)[]) {
      const best = found.get(limit);
      if (best === undefined || rank > best.rank) found.set(limit, { rank, policies: [policy] });
      else if (rank === best.rank) best.policies.push(policy);
    }
  }
  return found;
}
