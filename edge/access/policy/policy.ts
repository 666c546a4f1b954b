import type { Capability, CapabilityLimits, Effect } from "./capability.ts";
import type { Hours } from "./hours.ts";
import type { Standing } from "./role.ts";

/** What a policy can be bound to, from the widest to the narrowest: the narrowest that says something wins. */
export const BINDINGS = ["tenant", "group", "person", "app", "link"] as const;

/** Whom a policy is about. */
export type Binding =
  | { readonly to: "tenant" }
  | { readonly to: Exclude<(typeof BINDINGS)[number], "tenant">; readonly id: string };

export interface Rule {
  readonly effect: Effect;
  readonly limits?: CapabilityLimits;
}

/** Where, when and how long a session may be. A list that is empty lets nobody in. */
export interface SessionLimits {
  /** Ends a session in which nothing was done for so long. */
  readonly idleSeconds?: number;
  /** Ends a session after so long, whatever is done in it. */
  readonly lengthSeconds?: number;
  /** Any of these hours. */
  readonly hours?: readonly Hours[];
  /** ISO 3166-1, two letters. */
  readonly countries?: readonly string[];
  /** CIDR, of IPv4 or IPv6. */
  readonly networks?: readonly string[];
  /** Origins of the pages that may embed it. A session that is opened by itself is not held against these. */
  readonly embeddingOrigins?: readonly string[];
  /** Seats in one session. */
  readonly viewers?: number;
}

export interface Policy {
  readonly id: string;
  readonly binding: Binding;
  /** What is not named here is left to wider bindings. */
  readonly capabilities: { readonly [Name in Capability]?: Rule };
  readonly session: SessionLimits;
}

/** Who wants to sit in a session, and by what. */
export interface Subject {
  readonly standing: Standing;
  readonly person?: string;
  readonly groups: readonly string[];
  readonly app?: string;
  readonly link?: string;
}

/** What is known of the moment and the place. */
export interface Circumstances {
  /** Unix milliseconds. */
  readonly at: number;
  readonly country?: string;
  readonly address?: string;
  /** Origin of the page around the session; undefined when it is opened by itself. */
  readonly embeddedBy?: string;
  /** Seats that are taken already. */
  readonly viewers?: number;
}

/** Why something is so: the built-in table of roles, or the policies of the narrowest binding that says anything. */
export type Reason =
  | { readonly by: "role"; readonly role: Standing }
  | { readonly by: "policy"; readonly binding: Binding; readonly policies: readonly string[] };

/** A policy that is about the subject. */
export interface Bound {
  readonly policy: Policy;
  readonly rank: number;
}

/** The policies that are about the subject, in the order of their ids: no answer depends on how they were stored. */
export function boundTo(policies: readonly Policy[], subject: Subject): readonly Bound[] {
  const bound: Bound[] = [];
  for (const policy of policies) {
    const rank = rankOf(policy, subject);
    if (rank !== undefined) bound.push({ policy, rank });
  }
  return bound.sort((a, b) => (a.policy.id < b.policy.id ? -1 : 1));
}

/** How narrow the policy is for this subject; undefined when it is about others. */
function rankOf({ binding }: Policy, subject: Subject): number | undefined {
  return isAbout(binding, subject) ? BINDINGS.indexOf(binding.to) : undefined;
}

function isAbout(binding: Binding, subject: Subject): boolean {
  switch (binding.to) {
    case "tenant":
      return true;
    case "group":
      return subject.groups.includes(binding.id);
    default:
      return subject[binding.to] === binding.id;
  }
}
