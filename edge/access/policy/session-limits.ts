import { lower } from "./capability.ts";
import { isWithin } from "./hours.ts";
import { isInNetwork } from "./network.ts";
import type { Bound, Circumstances, Reason, SessionLimits } from "./policy.ts";

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

/** Each limit is the narrowest binding's that states it; where several policies of it do, all must hold. */
export function judgeSession(
  bound: readonly Bound[],
  circumstances: Circumstances,
): { readonly refusals: readonly AdmissionRefusal[]; readonly session: SessionTerms } {
  const [idleSeconds, lengthSeconds, viewers] = [
    lowest(bound, "idleSeconds"),
    lowest(bound, "lengthSeconds"),
    lowest(bound, "viewers"),
  ];
  return {
    refusals: [
      ...refusals(bound, "hours", (hours) => hours.some((one) => isWithin(one, circumstances.at))),
      ...refusals(bound, "countries", (countries) => countries.includes(circumstances.country ?? "")),
      ...refusals(bound, "networks", (networks) =>
        networks.some((network) => isInNetwork(circumstances.address ?? "", network)),
      ),
      ...refusals(
        bound,
        "embeddingOrigins",
        (origins) => circumstances.embeddedBy === undefined || origins.includes(circumstances.embeddedBy),
      ),
      ...refusals(bound, "viewers", (most) => (circumstances.viewers ?? 0) < most),
    ],
    session: {
      ...(idleSeconds === undefined ? {} : { idleSeconds }),
      ...(lengthSeconds === undefined ? {} : { lengthSeconds }),
      ...(viewers === undefined ? {} : { viewers }),
    },
  };
}

function refusals<Name extends Condition>(
  bound: readonly Bound[],
  limit: Name,
  holds: (value: NonNullable<SessionLimits[Name]>) => boolean,
): AdmissionRefusal[] {
  const broken = narrowest(bound, limit).filter(({ policy: { session } }) => {
    const value = session[limit];
    return value !== undefined && !holds(value);
  });
  const first = broken[0];
  if (first === undefined) return [];
  const policies = broken.map(({ policy }) => policy.id);
  return [{ limit, because: { by: "policy", binding: first.policy.binding, policies } }];
}

function lowest(bound: readonly Bound[], limit: keyof SessionTerms): number | undefined {
  return narrowest(bound, limit).reduce<number | undefined>(
    (low, { policy }) => lower(low, policy.session[limit]),
    undefined,
  );
}

/** The policies of the narrowest binding that states this limit. */
function narrowest(bound: readonly Bound[], limit: keyof SessionLimits): readonly Bound[] {
  const stating = bound.filter(({ policy }) => policy.session[limit] !== undefined);
  const rank = stating.reduce((highest, one) => Math.max(highest, one.rank), 0);
  return stating.filter((one) => one.rank === rank);
}
