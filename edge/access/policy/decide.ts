import type { Right } from "#protocol";
import { CAPABILITIES, type Capability, type CapabilityLimits, type Effect, strictestLimits } from "./capability.ts";
import {
  type Bound,
  boundTo,
  type Circumstances,
  type Policy,
  type Reason,
  type Rule,
  type Subject,
} from "./policy.ts";
import { EFFECTS_OF_ROLE } from "./role.ts";
import { type AdmissionRefusal, judgeSession, type SessionTerms } from "./session-limits.ts";

export interface Ruling {
  readonly effect: Effect;
  readonly limits: CapabilityLimits;
  readonly because: Reason;
}

/** What somebody may do in a session, and whether they may be in it at all. */
export interface Decision {
  readonly capabilities: Readonly<Record<Capability, Ruling>>;
  /** Empty: the session may be opened. */
  readonly refusals: readonly AdmissionRefusal[];
  readonly session: SessionTerms;
}

/**
 * The decision for one subject, here and now. The narrowest binding that says something about a capability wins; where
 * several policies of that binding do, the strictest effect holds, with the strictest of their limits.
 */
export function decide(policies: readonly Policy[], subject: Subject, circumstances: Circumstances): Decision {
  const bound = boundTo(policies, subject);
  const best = bestRulings(bound);
  const builtIn = EFFECTS_OF_ROLE[subject.standing];
  const rulings = CAPABILITIES.map((name): [Capability, Ruling] => [
    name,
    best.get(name)?.ruling ?? { effect: builtIn[name], limits: {}, because: { by: "role", role: subject.standing } },
  ]);
  // Safe: one ruling for each of the capabilities.
  const capabilities = Object.fromEntries(rulings) as Record<Capability, Ruling>;
  return { capabilities, ...judgeSession(bound, circumstances) };
}

/** In one pass: a tenant may have a thousand policies, and each says little. */
function bestRulings(bound: readonly Bound[]): ReadonlyMap<Capability, { rank: number; ruling: Ruling }> {
  const found = new Map<Capability, { rank: number; ruling: Ruling }>();
  for (const { policy, rank } of bound) {
    // Safe: a policy has no other names.
    for (const name of Object.keys(policy.capabilities) as Capability[]) {
      const said = policy.capabilities[name];
      const best = found.get(name);
      if (said === undefined || (best !== undefined && rank < best.rank)) continue;
      const ruling = rulingOf(policy, said);
      found.set(name, {
        rank,
        ruling: best === undefined || rank > best.rank ? ruling : stricter(best.ruling, ruling),
      });
    }
  }
  return found;
}

function rulingOf({ id, binding }: Policy, { effect, limits = {} }: Rule): Ruling {
  return { effect, limits, because: { by: "policy", binding, policies: [id] } };
}

/** Both are of one binding. A `deny` needs no limits, and nobody else to be explained. */
function stricter(left: Ruling, right: Ruling): Ruling {
  if (left.effect === "deny" && right.effect !== "deny") return left;
  if (right.effect === "deny" && left.effect !== "deny") return right;
  return {
    effect: left.effect === "allow" ? right.effect : left.effect,
    limits: strictestLimits(left.limits, right.limits),
    because: bothReasons(left.because, right.because),
  };
}

function bothReasons(left: Reason, right: Reason): Reason {
  if (left.by === "role" || right.by === "role") return left;
  return { ...left, policies: [...left.policies, ...right.policies] };
}

/** What each right of a seat needs one of. The clipboard is one right; which ways it goes is said with it (`termsOf`). */
const NEEDED_FOR: Readonly<Record<Right, readonly Capability[]>> = {
  view: ["view"],
  audio: ["audio"],
  touch: ["touch"],
  keyboard: ["keyboard"],
  clipboard: ["clipboard-to-device", "clipboard-from-device"],
  location: ["location"],
  motion: ["motion"],
  camera: ["camera"],
  microphone: ["microphone"],
  "file-up": ["file-up"],
  "file-down": ["file-down"],
};

/**
 * Before any of these is used, the viewer's page has the person's word each time: it asks before it lends (docs/protocol.md,
 * B-2), and moves only files that they chose (U-1).
 */
const ASKED_FOR_LATER: ReadonlySet<Capability> = new Set([
  ...(["location", "motion", "camera", "microphone"] as const),
  ...(["file-up", "file-down"] as const),
]);

/**
 * Of the rights that were wished for, those that the decision allows. What is to be asked for is given only where whoever
 * uses it is asked later.
 */
export function rightsOf({ capabilities }: Decision, wished: readonly Right[]): readonly Right[] {
  return wished.filter((right) => NEEDED_FOR[right].some((name) => isGiven({ capabilities }, name)));
}

/** What whoever steers does, and so consents to when they let another. */
const STEERING: ReadonlySet<Capability> = new Set(["touch", "keyboard", "app-launch", "home-recents"]);

/** Whether the seat may steer only when whoever does lets it (docs/protocol.md, L-5): where it may not touch or type otherwise. */
export function asksToSteer({ capabilities: { touch, keyboard } }: Pick<Decision, "capabilities">): boolean {
  const effects = [touch.effect, keyboard.effect];
  return effects.includes("ask") && !effects.includes("allow");
}

/** The text that a clipboard holds. */
const CLIPBOARD_TYPES = new Set(["text/plain", "text/*", "*/*"]);

/** Whether anything of a capability is given. A limit of none is a `deny`. */
export function isGiven({ capabilities }: Pick<Decision, "capabilities">, name: Capability): boolean {
  const { effect, limits } = capabilities[name];
  const isAsked = ASKED_FOR_LATER.has(name) || (STEERING.has(name) && asksToSteer({ capabilities }));
  if (effect !== "allow" && !(effect === "ask" && isAsked)) return false;
  if (limits.perMinute === 0 || limits.maxBytes === 0) return false;
  const isClipboard = name === "clipboard-to-device" || name === "clipboard-from-device";
  return !isClipboard || limits.types === undefined || limits.types.some((type) => CLIPBOARD_TYPES.has(type));
}
