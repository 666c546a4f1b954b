import {
  type Binding,
  explain,
  type Policy,
  SCOPES,
  SCOPES_OF_ROLE,
  type Subject,
  writeApiKey,
} from "../access/index.ts";
import { done, refused } from "./answer.ts";
import type {
  Answer,
  ApiKey,
  Bootstrapped,
  Caller,
  Explained,
  ExplainWish,
  Group,
  GroupChange,
  GroupFields,
  MadeKey,
  NewApiKey,
  Person,
  PersonChange,
  PersonFields,
  PolicyFields,
  StoredPolicy,
} from "./contract.ts";
import { Groups } from "./groups.ts";
import { Keys, MAX_KEYS } from "./keys.ts";
import { People } from "./people.ts";
import { MAX_POLICIES, Policies } from "./policies.ts";

/** A key's secret, made by the object, since rules take no chances. */
export interface FreshSecret {
  readonly text: string;
  readonly hash: ArrayBuffer;
}

/** The rules of a tenant's books: who may change what, over the tables. Each method is one transaction of its caller. */
export class Administration {
  readonly people: People;
  readonly groups: Groups;
  readonly policies: Policies;
  readonly keys: Keys;
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.people = new People(sql);
    this.groups = new Groups(sql);
    this.policies = new Policies(sql);
    this.keys = new Keys(sql);
  }

  /** A key that is shown acts for its person: with what the role allows now, and not at all without the person. */
  authorise(id: string, hash: ArrayBuffer, at: number): Caller | undefined {
    const key = this.keys.shown(id, hash, at);
    if (key === undefined) return undefined;
    const actor = `key:${id}`;
    if (key.person === undefined) return { actor, scopes: key.scopes };
    const person = this.people.get(key.person);
    if (person?.active !== true) return undefined;
    const allowed = SCOPES_OF_ROLE[person.role];
    return { actor, person: person.id, scopes: key.scopes.filter((scope) => allowed.includes(scope)) };
  }

  bootstrap(
    secretHash: string,
    wish: Pick<PersonFields, "userName" | "name">,
    tenant: string,
    [personId, keyId]: readonly [string, string],
    secret: FreshSecret,
    at: number,
  ): Answer<Bootstrapped> {
    const spent =
      this.#sql.exec("INSERT OR IGNORE INTO spent_bootstrap (hash) VALUES (?)", secretHash).rowsWritten === 0;
    if (spent) return refused("spent");
    const before = this.people.find(wish.userName);
    const owner = { role: "owner", active: true } as const;
    const made =
      before === undefined
        ? this.people.add({ ...wish, ...owner }, personId, at)
        : this.people.change(before, { name: wish.name, ...owner }, at);
    if (!made.done) return made;
    const key = { name: "First owner", scopes: SCOPES, person: made.value.id };
    return done({ person: made.value, ...this.#madeKey(keyId, key, "bootstrap", tenant, secret, at) });
  }

  addPerson(caller: Caller, fields: PersonFields, id: string, at: number): Answer<Person> {
    return mayMake(caller, fields.role) ? this.people.add(fields, id, at) : refused("forbidden");
  }

  changePerson(caller: Caller, id: string, change: PersonChange, at: number): Answer<Person> {
    const before = this.people.get(id);
    if (before === undefined) return refused("not-found");
    if (!mayTouch(caller, before.role) || (change.role !== undefined && !mayTurn(caller, before.role, change.role))) {
      return refused("forbidden");
    }
    return this.people.change(before, change, at);
  }

  removePerson(caller: Caller, id: string): Answer<Person> {
    const person = this.people.get(id);
    if (person === undefined) return refused("not-found");
    if (!mayTouch(caller, person.role)) return refused("forbidden");
    const removed = this.people.remove(person);
    return removed.done ? done(person) : removed;
  }

  addGroup(fields: GroupFields, id: string, at: number): Answer<Group> {
    return this.groups.add(fields, id, at);
  }

  changeGroup(id: string, change: GroupChange, at: number): Answer<Group> {
    const before = this.groups.get(id);
    return before === undefined ? refused("not-found") : this.groups.change(before, change, at);
  }

  removeGroup(id: string): Answer<Group> {
    const group = this.groups.get(id);
    if (group === undefined) return refused("not-found");
    this.groups.remove(group);
    return done(group);
  }

  addPolicy(fields: PolicyFields, id: string, at: number): Answer<StoredPolicy> {
    if (this.policies.all().length >= MAX_POLICIES) return refused("limit-reached");
    return done(this.policies.add(fields, id, at));
  }

  putPolicy(id: string, fields: PolicyFields, at: number): Answer<StoredPolicy> {
    const before = this.policies.get(id);
    return before === undefined ? refused("not-found") : done(this.policies.put(before, fields, at));
  }

  removePolicy(id: string): Answer<StoredPolicy> {
    const policy = this.policies.get(id);
    if (policy === undefined) return refused("not-found");
    this.policies.remove(id);
    return done(policy);
  }

  /** The binding, if any policy is bound so: a group that none speaks of decides nothing. */
  ruledBy(binding: Exclude<Binding, { to: "tenant" }>): readonly Binding[] {
    const isBound = (one: Binding) => one.to === binding.to && one.id === binding.id;
    return this.policies.all().some((policy) => isBound(policy.binding)) ? [binding] : [];
  }

  /** Whom policies are weighed for; undefined for a person who is not known. */
  subject({ person: word, app, link }: Omit<ExplainWish, "circumstances">): Subject | undefined {
    const person = word === undefined ? undefined : this.people.find(word);
    if (word !== undefined && person === undefined) return undefined;
    return {
      standing: person?.role ?? "guest",
      groups: person?.groups ?? [],
      ...(person === undefined ? {} : { person: person.id }),
      ...(app === undefined ? {} : { app }),
      ...(link === undefined ? {} : { link }),
    };
  }

  explain(wish: ExplainWish): Answer<Explained> {
    const subject = this.subject(wish);
    if (subject === undefined) return refused("not-found");
    const policies: readonly Policy[] = this.policies.all();
    const explanation = explain(policies, subject, wish.circumstances);
    const names = explanation.considered.map(({ policy }) => [policy, this.policies.get(policy)?.name ?? ""]);
    return done({ ...explanation, names: Object.fromEntries(names) });
  }

  makeKey(
    caller: Caller,
    wish: NewApiKey,
    tenant: string,
    id: string,
    secret: FreshSecret,
    at: number,
  ): Answer<MadeKey> {
    if (!hasAll(caller, wish)) return refused("forbidden");
    if (wish.person !== undefined && this.people.get(wish.person) === undefined) return refused("not-found");
    if (this.keys.count() >= MAX_KEYS) return refused("limit-reached");
    return done(this.#madeKey(id, wish, caller.actor, tenant, secret, at));
  }

  /** Whoever is told the new secret could use it, and so must have all that the key has. */
  rotateKey(
    caller: Caller,
    id: string,
    tenant: string,
    secret: FreshSecret,
    { at, oldUntil }: { readonly at: number; readonly oldUntil: number },
  ): Answer<MadeKey> {
    const key = this.keys.get(id);
    if (key === undefined || key.revokedAt !== undefined || (key.expiresAt ?? at + 1) <= at)
      return refused("not-found");
    if (!hasAll(caller, key)) return refused("forbidden");
    this.keys.rotate(id, secret.hash, oldUntil);
    return done({ key, text: writeApiKey({ tenant, id, secret: secret.text }) });
  }

  revokeKey(id: string, at: number): Answer<ApiKey> {
    const key = this.keys.get(id);
    if (key === undefined) return refused("not-found");
    this.keys.revoke(id, at);
    return done(key);
  }

  embeddingOrigins(): string[] {
    return this.#sql
      .exec<{ origin: string }>("SELECT origin FROM embedding_origin ORDER BY origin")
      .toArray()
      .map((row) => row.origin);
  }

  setEmbeddingOrigins(origins: readonly string[]): void {
    this.#sql.exec("DELETE FROM embedding_origin");
    for (const origin of origins) this.#sql.exec("INSERT OR IGNORE INTO embedding_origin (origin) VALUES (?)", origin);
  }

  #madeKey(
    id: string,
    wish: NewApiKey,
    madeBy: string,
    tenant: string,
    { text, hash }: FreshSecret,
    at: number,
  ): MadeKey {
    return { key: this.keys.add(id, hash, wish, madeBy, at), text: writeApiKey({ tenant, id, secret: text }) };
  }
}

/** Owners are made and touched by who may, so that an administrator does not become one by an own change. */
function mayMake({ scopes }: Caller, role: Person["role"]): boolean {
  return role !== "owner" || scopes.includes("owners:write");
}

/** The identity provider may disable an owner, and changes no role. */
function mayTouch(caller: Caller, role: Person["role"]): boolean {
  return mayMake(caller, role) || caller.scopes.includes("scim");
}

function mayTurn(caller: Caller, from: Person["role"], to: Person["role"]): boolean {
  return from === to || (mayMake(caller, from) && mayMake(caller, to));
}

function hasAll(caller: Caller, { scopes }: Pick<NewApiKey, "scopes">): boolean {
  return scopes.every((scope) => caller.scopes.includes(scope));
}
