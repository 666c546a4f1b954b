import type { Right } from "#protocol";

export type { Explanation } from "./policy/explain.ts";
export type { Binding, Circumstances, Policy } from "./policy/policy.ts";
export type { Role } from "./policy/role.ts";
export type { Scope } from "./policy/scope.ts";
export type { Terms } from "./policy/terms.ts";

/**
 * What a link's grant says (a signed JWT, audience `link`). Signed by the edge's key; whoever holds it may
 * redeem it, as often as `uses` says, until it expires.
 */
export interface GrantClaims {
  /** The link's id, also the name of its Pass object. */
  readonly link: string;
  readonly tenant: string;
  /** The fleet's region, as hosts enrolled in it. */
  readonly region: string;
  /** A certain device (`host/device`), or undefined for any free one. */
  readonly device?: string;
  readonly rights: readonly Right[];
  /** How often it may be redeemed; undefined is without limit. */
  readonly uses?: number;
  /** All who redeem it meet in one session; otherwise each gets a session of their own. */
  readonly shared: boolean;
  /** For the seat's list: who the link was made for. */
  readonly name?: string;
  /** Not before this moment, Unix seconds. */
  readonly notBefore?: number;
  /** ISO 3166-1, two letters: from elsewhere it is refused. */
  readonly countries?: readonly string[];
  /** Of the pages that may embed it; opened by itself it is refused. */
  readonly embeddingOrigins?: readonly string[];
  /** The one person who may redeem it: an id or a user name. */
  readonly audience?: string;
  /** A live session that it leads into, instead of a device. */
  readonly session?: string;
  /** The one app that is shown, by its id on the device. What policies of an app are bound to. */
  readonly app?: string;
  /** The public key of its first holder, who can narrow it; without one nobody can. */
  readonly next?: string;
}

/** What a ticket says (a signed JWT, audience `ticket`, 30 s, one use): which socket may be opened, as whom. */
export type TicketClaims =
  | {
      readonly role: "viewer";
      readonly session: string;
      readonly seat: string;
      readonly rights: readonly Right[];
      readonly name?: string;
      /** The mirror whose socket it opens; without one it is the session's own. */
      readonly mirror?: string;
    }
  | { readonly role: "origin"; readonly session: string };

/** A ticket's claims as they reach the object: with the id that is spent and the moment it expires (Unix ms). */
export type VerifiedTicket = TicketClaims & { readonly id: string; readonly expiresAt: number };

/** A resume token as it reaches the object, which made it and alone can say whose it is. */
export interface ShownResume {
  /** Of the socket that was asked for. */
  readonly role: TicketClaims["role"];
  readonly resume: string;
  /** The last video frame that the viewer has with all before it, if it can go on from there. */
  readonly seen?: number;
  /** The platform's region of who shows it, if anything is known of it. */
  readonly near?: string;
}

/**
 * What a browser keeps while it is at the identity provider (a signed JWT, audience `signin`, 10 min, one use): what the
 * provider's answer is held against. Nobody but that browser has it, and it is worth nothing to it alone.
 */
export interface RoundClaims {
  readonly tenant: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** A path of the edge's own. */
  readonly returnTo: string;
  /** Of which the provider must say one. */
  readonly acr: readonly string[];
}

/** What an enrolment token says (a signed JWT, audience `enrolment`): the host may announce devices to one fleet. */
export interface EnrolmentClaims {
  readonly host: string;
  readonly tenant: string;
  readonly region: string;
  /** Unix milliseconds: a host that was revoked is enrolled anew, and what was made before does not count. Left out by earlier releases. */
  readonly madeAt?: number;
}

/** Header in which the Worker hands verified claims to an object. The Worker builds that request anew: no client's header gets there. */
export const CLAIMS_HEADER = "x-nearglass-claims";
