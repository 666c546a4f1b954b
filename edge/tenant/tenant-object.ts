import { DurableObject } from "cloudflare:workers";
import { hashSecret } from "../access/index.ts";
import type { AuditEvent } from "../audit/index.ts";
import type { Env } from "../env.ts";
import { randomToken } from "../session/index.ts";
import { about, ofGroup, ofKey, ofPolicy } from "./about.ts";
import { Administration, type FreshSecret } from "./administration.ts";
import { done, refused } from "./answer.ts";
import type {
  Answer,
  ApiKey,
  AuditPage,
  AuditWish,
  Bootstrapped,
  Caller,
  Explained,
  ExplainWish,
  Group,
  GroupChange,
  GroupFields,
  MadeKey,
  NewApiKey,
  Page,
  PageWish,
  Person,
  PersonChange,
  PersonFields,
  Place,
  PolicyFields,
  StoredPolicy,
  TenantRpc,
} from "./contract.ts";
import { Journal } from "./journal.ts";
import { isMade, migrate } from "./migrations.ts";

/** One company: its people, groups, policies and keys. The shell between the platform and the rules of its books. */
export class TenantObject extends DurableObject<Env> implements TenantRpc {
  #administration: Administration | undefined;
  readonly #journal: Journal;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#journal = new Journal(ctx.storage, this.#name, env.SIGNING_KEY);
    if (isMade(ctx.storage.sql)) this.#open();
  }

  async authorise(key: string, secretHash: ArrayBuffer): Promise<Caller | undefined> {
    return this.#administration?.authorise(key, secretHash, Date.now());
  }

  async bootstrap(
    secretHash: string,
    person: Pick<PersonFields, "userName" | "name">,
    place: Place,
  ): Promise<Answer<Bootstrapped>> {
    const secret = await freshSecret();
    const ids = [crypto.randomUUID(), newKeyId()] as const;
    const caller: Caller = { actor: "bootstrap", scopes: [], place };
    return this.#change(
      caller,
      (books, at) => books.bootstrap(secretHash, person, this.#name, ids, secret, at),
      (made) => ({ action: "tenant.bootstrapped", ...about(made.person), detail: { key: made.key.id } }),
    );
  }

  async people(wish: PageWish): Promise<Page<Person>> {
    return this.#read().people.page(wish);
  }

  async person(id: string): Promise<Answer<Person>> {
    return found(this.#read().people.get(id));
  }

  async addPerson(caller: Caller, fields: PersonFields): Promise<Answer<Person>> {
    return this.#change(
      caller,
      (books, at) => books.addPerson(caller, fields, crypto.randomUUID(), at),
      (person) => ({ action: "person.added", ...about(person) }),
    );
  }

  async changePerson(caller: Caller, id: string, change: PersonChange): Promise<Answer<Person>> {
    return this.#change(
      caller,
      (books, at) => books.changePerson(caller, id, change, at),
      (person) => ({ action: "person.changed", ...about(person, Object.keys(change)) }),
    );
  }

  async removePerson(caller: Caller, id: string): Promise<Answer<null>> {
    return nothing(
      this.#change(
        caller,
        (books) => books.removePerson(caller, id),
        (person) => ({ action: "person.removed", ...about(person) }),
      ),
    );
  }

  async groups(wish: PageWish): Promise<Page<Group>> {
    return this.#read().groups.page(wish);
  }

  async group(id: string): Promise<Answer<Group>> {
    return found(this.#read().groups.get(id));
  }

  async addGroup(caller: Caller, fields: GroupFields): Promise<Answer<Group>> {
    return this.#change(
      caller,
      (books, at) => books.addGroup(fields, crypto.randomUUID(), at),
      (group) => ({ action: "group.added", ...ofGroup(group) }),
    );
  }

  async changeGroup(caller: Caller, id: string, change: GroupChange): Promise<Answer<Group>> {
    return this.#change(
      caller,
      (books, at) => books.changeGroup(id, change, at),
      (group) => ({ action: "group.changed", ...ofGroup(group, Object.keys(change)) }),
    );
  }

  async removeGroup(caller: Caller, id: string): Promise<Answer<null>> {
    return nothing(
      this.#change(
        caller,
        (books) => books.removeGroup(id),
        (group) => ({ action: "group.removed", ...ofGroup(group) }),
      ),
    );
  }

  async policies(): Promise<readonly StoredPolicy[]> {
    return this.#read().policies.all();
  }

  async policy(id: string): Promise<Answer<StoredPolicy>> {
    return found(this.#read().policies.get(id));
  }

  async addPolicy(caller: Caller, fields: PolicyFields): Promise<Answer<StoredPolicy>> {
    return this.#change(
      caller,
      (books, at) => books.addPolicy(fields, crypto.randomUUID(), at),
      (policy) => ({ action: "policy.added", ...ofPolicy(policy) }),
    );
  }

  async putPolicy(caller: Caller, id: string, fields: PolicyFields): Promise<Answer<StoredPolicy>> {
    return this.#change(
      caller,
      (books, at) => books.putPolicy(id, fields, at),
      (policy) => ({ action: "policy.changed", ...ofPolicy(policy) }),
    );
  }

  async removePolicy(caller: Caller, id: string): Promise<Answer<null>> {
    return nothing(
      this.#change(
        caller,
        (books) => books.removePolicy(id),
        (policy) => ({ action: "policy.removed", ...ofPolicy(policy) }),
      ),
    );
  }

  async explain(wish: ExplainWish): Promise<Answer<Explained>> {
    return this.#read().explain(wish);
  }

  async keys(): Promise<readonly ApiKey[]> {
    return this.#read().keys.all();
  }

  async makeKey(caller: Caller, wish: NewApiKey): Promise<Answer<MadeKey>> {
    const secret = await freshSecret();
    return this.#change(
      caller,
      (books, at) => books.makeKey(caller, wish, this.#name, newKeyId(), secret, at),
      ({ key }) => ({ action: "key.made", ...ofKey(key) }),
    );
  }

  async rotateKey(caller: Caller, id: string, graceSeconds: number): Promise<Answer<MadeKey>> {
    const secret = await freshSecret();
    return this.#change(
      caller,
      (books, at) => books.rotateKey(caller, id, this.#name, secret, { at, oldUntil: at + graceSeconds * 1_000 }),
      ({ key }) => ({ action: "key.rotated", ...ofKey(key) }),
    );
  }

  async revokeKey(caller: Caller, id: string): Promise<Answer<null>> {
    return nothing(
      this.#change(
        caller,
        (books, at) => books.revokeKey(id, at),
        (key) => ({ action: "key.revoked", ...ofKey(key) }),
      ),
    );
  }

  async embeddingOrigins(): Promise<readonly string[]> {
    return this.#read().embeddingOrigins();
  }

  async setEmbeddingOrigins(caller: Caller, origins: readonly string[]): Promise<readonly string[]> {
    this.#change(
      caller,
      (books) => done(books.setEmbeddingOrigins(origins)),
      () => ({ action: "settings.changed", detail: { embeddingOrigins: origins } }),
    );
    return this.#read().embeddingOrigins();
  }

  async audit(caller: Caller, wish: AuditWish): Promise<AuditPage> {
    this.#read();
    const at = Date.now();
    const page = await this.#journal.page(wish, at);
    // Once for each export: the pages that follow would write a line for every page that they read.
    if (wish.after === 0) this.#note({ action: "audit.exported", ...actorOf(caller) }, at);
    return page;
  }

  /** Callers of everything below were authorised: by a key of this object, or for the deployment's own tenant. */
  #read(): Administration {
    return this.#administration ?? this.#open();
  }

  /** All of a change and the line that tells of it, or nothing of either. */
  #change<Value>(
    caller: Caller,
    change: (books: Administration, at: number) => Answer<Value>,
    tell: (value: Value) => Omit<AuditEvent, "actor">,
  ): Answer<Value> {
    const books = this.#read();
    const at = Date.now();
    const answer = this.ctx.storage.transactionSync(() => {
      const changed = change(books, at);
      if (changed.done) this.#journal.write({ ...tell(changed.value), ...actorOf(caller) }, at);
      return changed;
    });
    this.ctx.waitUntil(this.#journal.seal());
    return answer;
  }

  #note(event: AuditEvent, at: number): void {
    this.#journal.write(event, at);
    this.ctx.waitUntil(this.#journal.seal());
  }

  #open(): Administration {
    migrate(this.ctx.storage);
    this.#administration = new Administration(this.ctx.storage.sql);
    return this.#administration;
  }

  /** The tenant's own: objects are named `v1:<tenant>`. */
  get #name(): string {
    return this.ctx.id.name?.slice("v1:".length) ?? "";
  }
}

async function freshSecret(): Promise<FreshSecret> {
  const text = randomToken();
  return { text, hash: await hashSecret(text) };
}

function newKeyId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

function actorOf({ actor, place }: Caller): Pick<AuditEvent, "actor" | "address" | "country"> {
  return { actor, ...place };
}

function found<Value>(value: Value | undefined): Answer<Value> {
  return value === undefined ? refused("not-found") : done(value);
}

function nothing(answer: Answer<unknown>): Answer<null> {
  return answer.done ? done(null) : answer;
}
