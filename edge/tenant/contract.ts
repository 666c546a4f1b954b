import type { Circumstances, Explanation, Policy, Role, Scope } from "../access/claims.ts";

/** Who asks for something, as verified at the door. */
export interface Caller {
  /** `admin-token`, `key:<id>`, or `bootstrap`: for the books. */
  readonly actor: string;
  /** The person whose key it is. */
  readonly person?: string;
  readonly scopes: readonly Scope[];
  readonly place?: Place;
}

/** Where a request came from, as far as the platform says. */
export interface Place {
  readonly address?: string;
  readonly country?: string;
}

/** Why something was not done. Returned, never thrown. */
export type Refusal = "not-found" | "name-taken" | "last-owner" | "limit-reached" | "forbidden" | "spent";

export type Answer<Value> =
  | { readonly done: true; readonly value: Value }
  | { readonly done: false; readonly refusal: Refusal };

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

/** The methods of a Tenant object that routes call. One object per tenant. */
export interface TenantRpc {
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
}

export interface Bootstrapped extends MadeKey {
  readonly person: Person;
}
