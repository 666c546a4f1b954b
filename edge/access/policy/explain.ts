import { CAPABILITIES, type Capability, type Effect } from "./capability.ts";
import { type Decision, decide, type Ruling } from "./decide.ts";
import { type Binding, boundTo, type Circumstances, type Policy, type Subject } from "./policy.ts";
import { EFFECTS_OF_ROLE, type Standing } from "./role.ts";

/** Something that was said about a capability and did not count, because something narrower or stricter was said. */
export type Overruled =
  | { readonly by: "policy"; readonly policy: string; readonly binding: Binding; readonly effect: Effect }
  | { readonly by: "role"; readonly role: Standing; readonly effect: Effect };

/** A decision with everything that was weighed for it. */
export interface Explanation extends Omit<Decision, "capabilities"> {
  readonly capabilities: Readonly<Record<Capability, Ruling & { readonly overruled: readonly Overruled[] }>>;
  /** The policies that are about the subject, the narrowest first. */
  readonly considered: readonly { readonly policy: string; readonly binding: Binding }[];
}

/** Why it is decided so. The decision in it is that of `decide`. */
export function explain(policies: readonly Policy[], subject: Subject, circumstances: Circumstances): Explanation {
  const decision = decide(policies, subject, circumstances);
  const bound = [...boundTo(policies, subject)].sort((a, b) => b.rank - a.rank).map(({ policy }) => policy);
  const rows = CAPABILITIES.map((name) => {
    const ruling = decision.capabilities[name];
    return [name, { ...ruling, overruled: overruled(bound, subject, name, ruling) }] as const;
  });
  return {
    ...decision,
    // Safe: one row for each of the capabilities.
    capabilities: Object.fromEntries(rows) as Explanation["capabilities"],
    considered: bound.map(({ id, binding }) => ({ policy: id, binding })),
  };
}

function overruled(
  bound: readonly Policy[],
  { standing }: Subject,
  name: Capability,
  { because }: Ruling,
): readonly Overruled[] {
  if (because.by === "role") return [];
  const others = bound.flatMap(({ id, binding, capabilities }): Overruled[] => {
    const said = capabilities[name];
    return said === undefined || because.policies.includes(id)
      ? []
      : [{ by: "policy", policy: id, binding, effect: said.effect }];
  });
  return [...others, { by: "role", role: standing, effect: EFFECTS_OF_ROLE[standing][name] }];
}
