import type { Right } from "#protocol";
import type { Circumstances, Explanation, Policy, Role, Scope, Terms } from "../access/claims.ts";
import type { AuditEvent } from "../audit/index.ts";
import type { ScimType } from "../scim/contract.ts";
import type { RevokedSeats } from "../session/contract.ts";
import type { Answer, Caller, Place } from "./asked.ts";
import type { LogRpc } from "./log/contract.ts";
import type { SigninRpc } from "./signin/contract.ts";

export type { Answer, Caller, Place, Refusal } from "./asked.ts";
export type { Use } from "./log/contract.ts";

/** Moments are Unix milliseconds. */
interface Kept {
  readonly id: string;
  /** Rises with every change. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface PersonFields {
  /** Unique in the tenant, whatever the case of its letters. */
  readonly userName: string;
  readonly name: string;
  readonly email?: string;
  /** The identity provider's own id of the person. */
  readonly externalId?: string;
  readonly role: Role;
  readonly active: boolean;
}

export interface Person extends PersonFields, Kept {
  /** Ids of the groups. */
  readonly groups: readonly string[];
}

/** `null` takes a field away. */
export interface PersonChange {
  readonly userName?: string;
  readonly name?: string;
  readonly email?: string | null;
  readonly externalId?: string | null;
  readonly role?: Role;
  readonly active?: boolean;
}

export interface GroupFields {
  readonly name: string;
  readonly externalId?: string;
  /** Ids of people. Whoever is not known is not let in: the change is refused. */
  readonly members: readonly string[];
}

export interface Group extends GroupFields, Kept {}

export interface GroupChange {
  readonly name?: string;
  readonly externalId?: string | null;
  readonly members?: readonly string[];
}

export interface PolicyFields extends Omit<Policy, "id"> {
  readonly name: string;
}

export interface StoredPolicy extends PolicyFields, Kept {}

/** A key as it may be looked at: without its secret, of which only a hash is kept. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly person?: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  /** To the hour. */
  readonly usedAt?: number;
}

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Whom it acts for: it can then do no more than the person's role, and ends with the person. */
  readonly person?: string;
  readonly expiresAt?: number;
}

/** The text of the key is told once, here. */
export interface MadeKey {
  readonly key: ApiKey;
  readonly text: string;
}

export interface Page<One> {
  readonly items: readonly One[];
  /** Where the next page begins; undefined on the last. */
  readonly next?: string;
}

export interface PageWish {
  readonly after?: string;
  readonly limit: number;
}

/** Whom a decision is to be explained for. Neither the person nor the link need to be in a session. */
export interface ExplainWish {
  /** An id or a user name; without one, somebody who came by a link. */
  readonly person?: string;
  readonly app?: string;
  readonly link?: string;
  readonly circumstances: Circumstances;
}

export interface Explained extends Explanation {
  /** By id, so that an explanation can be read. */
  readonly names: Readonly<Record<string, string>>;
}

/** Which lines of the audit log. Any field but the first two makes it a filter, and the lines no chain. */
export interface AuditWish {
  /** The sequence before the first that is wanted. */
  readonly after: number;
  readonly limit: number;
  /** How the action begins. */
  readonly action?: string;
  readonly actor?: string;
  readonly subject?: string;
  readonly session?: string;
  /** Unix milliseconds, the second excluded. */
  readonly from?: number;
  readonly to?: number;
}

export interface AuditPage {
  readonly lines: readonly string[];
  /** Where the next page begins; undefined on the last. */
  readonly next?: number;
}

/** A link as it may be looked at: without its grant, which is not kept. */
export interface Link {
  readonly id: string;
  readonly name?: string;
  readonly rights: readonly Right[];
  /** How often it may be redeemed; undefined is without limit. */
  readonly uses?: number;
  readonly shared: boolean;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt?: number;
}

export interface NewLink extends Omit<Link, "createdBy" | "createdAt"> {
  /** What else it says, for the books. */
  readonly conditions?: NonNullable<AuditEvent["detail"]>;
}

/** Somebody wants to sit in a session, by a link or as a person. */
export interface EntryWish {
  readonly link?: string;
  /** An id or a user name. */
  readonly person?: string;
  /** The sign-in of the person's browser, with which the seat ends. */
  readonly signin?: string;
  readonly app?: string;
  readonly rights: readonly Right[];
  readonly place: Place;
  /** Origin of the page around it, as the page inside was told by the browser; undefined when it is opened by itself. */
  readonly embeddedBy?: string;
  readonly conditions?: LinkConditions;
}

/** What a link itself says of where it may be used, all of its holders heard. Each that is named must hold. */
export interface LinkConditions {
  readonly countries?: readonly string[];
  readonly embeddingOrigins?: readonly string[];
  /** The live session that it leads into, and whether the edge's own statement says so, or a holder. */
  readonly session?: { readonly id: string; readonly by: "maker" | "holder" };
}

export type SeatRefusal = "link-revoked" | "not-allowed" | "session-full";

export type EntryRefusal = "link-revoked" | "no-such-person" | "not-allowed" | "not-embeddable" | "no-such-session";

export type Entry =
  | {
      readonly admitted: true;
      /** Of the rights that were wished for, those that the policies allow, and within which limits. */
      readonly terms: Terms;
      /** Id of the person. */
      readonly person?: string;
      /** Seats that the session may have with this one. */
      readonly viewers?: number;
    }
  | { readonly admitted: false; readonly refusal: EntryRefusal };

/** A seat that was given after `enter` had admitted somebody. */
export interface NewSeat extends Omit<EntryWish, "conditions"> {
  readonly session: string;
  readonly seat: string;
  /** What it was given, of the rights that were wished for. */
  readonly terms: Terms;
  readonly viewers?: number;
  /** Who opened it, when neither a link nor a person did. */
  readonly actor: string;
  /** Names that the holders of the link gave each other. */
  readonly holders?: readonly string[];
}

export interface EndedSession {
  readonly session: string;
  readonly reason: "ended" | "device-offline" | "revoked";
  /** The last video frame that came from the device. */
  readonly lastFrame?: number;
}

/** A session that is open, with whoever sits in it. Moments are Unix milliseconds. */
export interface LiveSession {
  readonly id: string;
  readonly openedAt: number;
  readonly seats: readonly LiveSeat[];
}

/** A seat, and what it was opened with. */
export interface LiveSeat {
  readonly seat: string;
  readonly openedAt: number;
  readonly link?: string;
  readonly person?: string;
  /** An API key's id. */
  readonly key?: string;
}

/** Something that was administered outside of the books. */
export type Noted = Pick<AuditEvent, "action" | "subject" | "session" | "detail">;

/** Whose access ends. */
export type Revocable = { readonly link: string } | { readonly person: string } | { readonly session: string };

/** What a revocation did, told when every session that could be reached had closed the seats. */
export interface Receipt {
  readonly revocation: string;
  readonly at: number;
  /** `link:<id>`, `person:<id>` or `session:<id>`. */
  readonly subject: string;
  readonly sessions: readonly ({ readonly session: string } & RevokedSeats)[];
  /** Sessions that could not be reached: they are tried again until they are. */
  readonly pending: readonly string[];
}

export type ScimKind = "User" | "Group";

export interface ScimQuery {
  readonly filter?: string;
  /** From 1 on. */
  readonly startIndex: number;
  readonly count: number;
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/** A resource as JSON, without its location, which only the door knows. */
export interface ScimResource {
  readonly id: string;
  readonly version: number;
  readonly text: string;
}

export interface ScimPage {
  readonly total: number;
  readonly resources: readonly ScimResource[];
}

export interface ScimChange {
  readonly op: "add" | "put" | "patch";
  /** Of the resource that is there; none of one that is added. */
  readonly id?: string;
  /** JSON. */
  readonly body: string;
  readonly ifMatch?: string;
}

export type ScimAnswer<Value> =
  | Answer<Value>
  | { readonly done: false; readonly refusal: "invalid"; readonly type: ScimType; readonly detail: string };

/** Before a tenant's name in that of its object. */
export const TENANT_OBJECT = "v1:";

/** The methods of a Tenant object that routes call. One object per tenant. */
export interface TenantRpc extends SigninRpc, LogRpc {
  /** Whose key this is, and what it may do now; undefined for one that is unknown, revoked or expired. */
  authorise(key: string, secretHash: ArrayBuffer): Promise<Caller | undefined>;
  /** The first owner, once for each bootstrap secret, and an API key with every scope. */
  bootstrap(
    secretHash: string,
    person: Pick<PersonFields, "userName" | "name">,
    place: Place,
  ): Promise<Answer<Bootstrapped>>;

  people(wish: PageWish): Promise<Page<Person>>;
  person(id: string): Promise<Answer<Person>>;
  addPerson(caller: Caller, fields: PersonFields): Promise<Answer<Person>>;
  changePerson(caller: Caller, id: string, change: PersonChange): Promise<Answer<Person>>;
  removePerson(caller: Caller, id: string): Promise<Answer<null>>;

  groups(wish: PageWish): Promise<Page<Group>>;
  group(id: string): Promise<Answer<Group>>;
  addGroup(caller: Caller, fields: GroupFields): Promise<Answer<Group>>;
  changeGroup(caller: Caller, id: string, change: GroupChange): Promise<Answer<Group>>;
  removeGroup(caller: Caller, id: string): Promise<Answer<null>>;

  policies(): Promise<readonly StoredPolicy[]>;
  policy(id: string): Promise<Answer<StoredPolicy>>;
  addPolicy(caller: Caller, fields: PolicyFields): Promise<Answer<StoredPolicy>>;
  /** Replaces all of it. */
  putPolicy(caller: Caller, id: string, fields: PolicyFields): Promise<Answer<StoredPolicy>>;
  removePolicy(caller: Caller, id: string): Promise<Answer<null>>;
  explain(wish: ExplainWish): Promise<Answer<Explained>>;

  keys(): Promise<readonly ApiKey[]>;
  makeKey(caller: Caller, wish: NewApiKey): Promise<Answer<MadeKey>>;
  /** A new secret; the one before it counts for `graceSeconds` more. */
  rotateKey(caller: Caller, id: string, graceSeconds: number): Promise<Answer<MadeKey>>;
  revokeKey(caller: Caller, id: string): Promise<Answer<null>>;

  embeddingOrigins(): Promise<readonly string[]>;
  setEmbeddingOrigins(caller: Caller, origins: readonly string[]): Promise<readonly string[]>;

  /** Lines of the audit log (docs/audit.md). That an export began is a line of it too. */
  audit(caller: Caller, wish: AuditWish): Promise<AuditPage>;

  /** A line of the audit log. */
  note(caller: Caller, event: Noted): Promise<void>;

  liveSessions(wish: PageWish): Promise<Page<LiveSession>>;
  links(wish: PageWish): Promise<Page<Link>>;
  addLink(caller: Caller, link: NewLink): Promise<void>;

  /** Whether somebody may sit in a session now, and with which rights. */
  enter(wish: EntryWish): Promise<Entry>;
  /** With which rights somebody would be let in now; none: not at all. Nothing is written down. */
  look(wish: EntryWish): Promise<readonly Right[]>;
  /** They sit there. A refusal: what admitted them was withdrawn meanwhile, or the session is full, and the seat must go. */
  seated(seat: NewSeat): Promise<{ readonly seated: true } | { readonly seated: false; readonly refusal: SeatRefusal }>;
  /** A seat is over, by itself. `reason`: what of its time limits was over. */
  seatLeft(session: string, seat: string, reason?: "idle" | "length"): Promise<void>;
  sessionEnded(ended: EndedSession): Promise<void>;

  /** The same people and groups as an identity provider sees them (docs/identity.md). */
  scimList(kind: ScimKind, query: ScimQuery): Promise<ScimAnswer<ScimPage>>;
  scimGet(kind: ScimKind, id: string): Promise<ScimAnswer<ScimResource>>;
  scimWrite(caller: Caller, kind: ScimKind, change: ScimChange): Promise<ScimAnswer<ScimResource>>;
  scimRemove(caller: Caller, kind: ScimKind, id: string, ifMatch?: string): Promise<ScimAnswer<null>>;

  /** End access, now and everywhere: seats are closed, tickets and resume tokens count no more. */
  revoke(caller: Caller, what: Revocable): Promise<Answer<Receipt>>;
}

export interface Bootstrapped extends MadeKey {
  readonly person: Person;
}
