import { DurableObject } from "cloudflare:workers";
import { hashSecret } from "../access/index.ts";
import type { Env } from "../env.ts";
import { randomToken } from "../session/index.ts";
import { Administration, type FreshSecret } from "./administration.ts";
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
  Page,
  PageWish,
  Person,
  PersonChange,
  PersonFields,
  PolicyFields,
  StoredPolicy,
  TenantRpc,
} from "./contract.ts";
import { isMade, migrate } from "./migrations.ts";

/** One company: its people, groups, policies and keys. The shell between the platform and the rules of its books. */
export class TenantObject extends DurableObject<Env> implements TenantRpc {
  #administration: Administration | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (isMade(ctx.storage.sql)) this.#open();
  }

  async authorise(key: string, secretHash: ArrayBuffer): Promise<Caller | undefined> {
    return this.#administration?.authorise(key, secretHash, Date.now());
  }

  async bootstrap(secretHash: string, person: Pick<PersonFields, "userName" | "name">): Promise<Answer<Bootstrapped>> {
    const secret = await freshSecret();
    const ids = [crypto.randomUUID(), newKeyId()] as const;
    return this.#write((books) => books.bootstrap(secretHash, person, this.#name, ids, secret, Date.now()));
  }

  async people(wish: PageWish): Promise<Page<Person>> {
    return this.#read().people.page(wish);
  }

  async person(id: string): Promise<Answer<Person>> {
    return found(this.#read().people.get(id));
  }

  async addPerson(caller: Caller, fields: PersonFields): Promise<Answer<Person>> {
    return this.#write((books) => books.addPerson(caller, fields, crypto.randomUUID(), Date.now()));
  }

  async changePerson(caller: Caller, id: string, change: PersonChange): Promise<Answer<Person>> {
    return this.#write((books) => books.changePerson(caller, id, change, Date.now()));
  }

  async removePerson(caller: Caller, id: string): Promise<Answer<null>> {
    return nothing(this.#write((books) => books.removePerson(caller, id)));
  }

  async groups(wish: PageWish): Promise<Page<Group>> {
    return this.#read().groups.page(wish);
  }

  async group(id: string): Promise<Answer<Group>> {
    return found(this.#read().groups.get(id));
  }

  async addGroup(_caller: Caller, fields: GroupFields): Promise<Answer<Group>> {
    return this.#write((books) => books.addGroup(fields, crypto.randomUUID(), Date.now()));
  }

  async changeGroup(_caller: Caller, id: string, change: GroupChange): Promise<Answer<Group>> {
    return this.#write((books) => books.changeGroup(id, change, Date.now()));
  }

  async removeGroup(_caller: Caller, id: string): Promise<Answer<null>> {
    return nothing(this.#write((books) => books.removeGroup(id)));
  }

  async policies(): Promise<readonly StoredPolicy[]> {
    return this.#read().policies.all();
  }

  async policy(id: string): Promise<Answer<StoredPolicy>> {
    return found(this.#read().policies.get(id));
  }

  async addPolicy(_caller: Caller, fields: PolicyFields): Promise<Answer<StoredPolicy>> {
    return this.#write((books) => books.addPolicy(fields, crypto.randomUUID(), Date.now()));
  }

  async putPolicy(_caller: Caller, id: string, fields: PolicyFields): Promise<Answer<StoredPolicy>> {
    return this.#write((books) => books.putPolicy(id, fields, Date.now()));
  }

  async removePolicy(_caller: Caller, id: string): Promise<Answer<null>> {
    return nothing(this.#write((books) => books.removePolicy(id)));
  }

  async explain(wish: ExplainWish): Promise<Answer<Explained>> {
    return this.#read().explain(wish);
  }

  async keys(): Promise<readonly ApiKey[]> {
    return this.#read().keys.all();
  }

  async makeKey(caller: Caller, wish: NewApiKey): Promise<Answer<MadeKey>> {
    const secret = await freshSecret();
    return this.#write((books) => books.makeKey(caller, wish, this.#name, newKeyId(), secret, Date.now()));
  }

  async rotateKey(caller: Caller, id: string, graceSeconds: number): Promise<Answer<MadeKey>> {
    const secret = await freshSecret();
    const at = Date.now();
    const until = { at, oldUntil: at + graceSeconds * 1_000 };
    return this.#write((books) => books.rotateKey(caller, id, this.#name, secret, until));
  }

  async revokeKey(_caller: Caller, id: string): Promise<Answer<null>> {
    return nothing(this.#write((books) => books.revokeKey(id, Date.now())));
  }

  async embeddingOrigins(): Promise<readonly string[]> {
    return this.#read().embeddingOrigins();
  }

  async setEmbeddingOrigins(_caller: Caller, origins: readonly string[]): Promise<readonly string[]> {
    return this.#write((books) => {
      books.setEmbeddingOrigins(origins);
      return books.embeddingOrigins();
    });
  }

  /** Callers of everything below were authorised: by a key of this object, or for the deployment's own tenant. */
  #read(): Administration {
    return this.#administration ?? this.#open();
  }

  /** All of a change, or nothing of it. */
  #write<Value>(change: (books: Administration) => Value): Value {
    const books = this.#read();
    return this.ctx.storage.transactionSync(() => change(books));
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

function found<Value>(value: Value | undefined): Answer<Value> {
  return value === undefined ? refused("not-found") : done(value);
}

function nothing(answer: Answer<unknown>): Answer<null> {
  return answer.done ? done(null) : answer;
}
