import type { Right } from "#protocol";
import { hashSecret } from "../access/index.ts";
import type { Env } from "../env.ts";
import { revokeLink } from "../pass/index.ts";
import { ScimFault } from "../scim/index.ts";
import { randomToken } from "../session/index.ts";
import { about, ofGroup, ofKey, ofLink, ofPolicy } from "./about.ts";
import type { FreshSecret } from "./administration.ts";
import { done, refused } from "./answer.ts";
import type {
  Answer,
  ApiKey,
  Bootstrapped,
  Caller,
  EndedSession,
  Entry,
  EntryWish,
  Explained,
  ExplainWish,
  Group,
  GroupChange,
  GroupFields,
  Link,
  LiveSession,
  MadeKey,
  NewApiKey,
  NewLink,
  NewSeat,
  Noted,
  Page,
  PageWish,
  Person,
  PersonChange,
  PersonFields,
  Place,
  PolicyFields,
  Receipt,
  Revocable,
  ScimAnswer,
  ScimChange,
  ScimKind,
  ScimPage,
  ScimQuery,
  ScimResource,
  StoredPolicy,
  TenantRpc,
} from "./contract.ts";
import { actorOf, type Ledger } from "./ledger.ts";
import { LogObject } from "./log/log-object.ts";

/** One company: its people, groups, policies and keys. The shell between the platform and the rules of its books. */
export class TenantObject extends LogObject implements TenantRpc {
  readonly #ledger: Ledger;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#ledger = this.ledger;
  }

  async authorise(key: string, secretHash: ArrayBuffer): Promise<Caller | undefined> {
    return this.#ledger.known?.books.authorise(key, secretHash, Date.now());
  }

  async bootstrap(
    secretHash: string,
    person: Pick<PersonFields, "userName" | "name">,
    place: Place,
  ): Promise<Answer<Bootstrapped>> {
    const secret = await freshSecret();
    const ids = [crypto.randomUUID(), newKeyId()] as const;
    const caller: Caller = { actor: "bootstrap", scopes: [], place };
    return this.#ledger.change(
      caller,
      (books, at) => books.bootstrap(secretHash, person, this.tenant, ids, secret, at),
      (made) => ({ action: "tenant.bootstrapped", ...about(made.person), detail: { key: made.key.id } }),
    );
  }

  async people(wish: PageWish): Promise<Page<Person>> {
    return this.#ledger.read().books.people.page(wish);
  }

  async person(id: string): Promise<Answer<Person>> {
    return found(this.#ledger.read().books.people.get(id));
  }

  async addPerson(caller: Caller, fields: PersonFields): Promise<Answer<Person>> {
    return this.#ledger.change(
      caller,
      (books, at) => books.addPerson(caller, fields, crypto.randomUUID(), at),
      (person) => ({ action: "person.added", ...about(person) }),
    );
  }

  async changePerson(caller: Caller, id: string, change: PersonChange): Promise<Answer<Person>> {
    const changed = await this.#ledger.changeRules(
      caller,
      (books, at) => books.changePerson(caller, id, change, at),
      (person) => ({ action: "person.changed", ...about(person, Object.keys(change)) }),
      // Whoever is disabled loses all of it below.
      (person) => (person.active ? [{ to: "person", id }] : []),
    );
    if (changed.done && change.active === false) await this.#ledger.endAccess(caller, "person", id);
    return changed;
  }

  async removePerson(caller: Caller, id: string): Promise<Answer<null>> {
    const removed = this.#ledger.change(
      caller,
      (books) => books.removePerson(caller, id),
      (person) => ({ action: "person.removed", ...about(person) }),
    );
    if (removed.done) await this.#ledger.endAccess(caller, "person", id);
    return nothing(removed);
  }

  async groups(wish: PageWish): Promise<Page<Group>> {
    return this.#ledger.read().books.groups.page(wish);
  }

  async group(id: string): Promise<Answer<Group>> {
    return found(this.#ledger.read().books.groups.get(id));
  }

  async addGroup(caller: Caller, fields: GroupFields): Promise<Answer<Group>> {
    return this.#ledger.change(
      caller,
      (books, at) => books.addGroup(fields, crypto.randomUUID(), at),
      (group) => ({ action: "group.added", ...ofGroup(group) }),
    );
  }

  async changeGroup(caller: Caller, id: string, change: GroupChange): Promise<Answer<Group>> {
    return await this.#ledger.changeRules(
      caller,
      (books, at) => books.changeGroup(id, change, at),
      (group) => ({ action: "group.changed", ...ofGroup(group, Object.keys(change)) }),
      () => this.#ledger.read().books.ruledBy({ to: "group", id }),
    );
  }

  async removeGroup(caller: Caller, id: string): Promise<Answer<null>> {
    return nothing(
      await this.#ledger.changeRules(
        caller,
        (books) => books.removeGroup(id),
        (group) => ({ action: "group.removed", ...ofGroup(group) }),
        () => this.#ledger.read().books.ruledBy({ to: "group", id }),
      ),
    );
  }

  async policies(): Promise<readonly StoredPolicy[]> {
    return this.#ledger.read().books.policies.all();
  }

  async policy(id: string): Promise<Answer<StoredPolicy>> {
    return found(this.#ledger.read().books.policies.get(id));
  }

  async addPolicy(caller: Caller, fields: PolicyFields): Promise<Answer<StoredPolicy>> {
    return await this.#ledger.changeRules(
      caller,
      (books, at) => books.addPolicy(fields, crypto.randomUUID(), at),
      (policy) => ({ action: "policy.added", ...ofPolicy(policy) }),
      ({ binding }) => [binding],
    );
  }

  async putPolicy(caller: Caller, id: string, fields: PolicyFields): Promise<Answer<StoredPolicy>> {
    const before = this.#ledger.read().books.policies.get(id)?.binding;
    return await this.#ledger.changeRules(
      caller,
      (books, at) => books.putPolicy(id, fields, at),
      (policy) => ({ action: "policy.changed", ...ofPolicy(policy) }),
      ({ binding }) => [binding, ...(before === undefined ? [] : [before])],
    );
  }

  async removePolicy(caller: Caller, id: string): Promise<Answer<null>> {
    return nothing(
      await this.#ledger.changeRules(
        caller,
        (books) => books.removePolicy(id),
        (policy) => ({ action: "policy.removed", ...ofPolicy(policy) }),
        ({ binding }) => [binding],
      ),
    );
  }

  async explain(wish: ExplainWish): Promise<Answer<Explained>> {
    return this.#ledger.read().books.explain(wish);
  }

  async keys(): Promise<readonly ApiKey[]> {
    return this.#ledger.read().books.keys.all();
  }

  async makeKey(caller: Caller, wish: NewApiKey): Promise<Answer<MadeKey>> {
    const secret = await freshSecret();
    return this.#ledger.change(
      caller,
      (books, at) => books.makeKey(caller, wish, this.tenant, newKeyId(), secret, at),
      ({ key }) => ({ action: "key.made", ...ofKey(key) }),
    );
  }

  async rotateKey(caller: Caller, id: string, graceSeconds: number): Promise<Answer<MadeKey>> {
    const secret = await freshSecret();
    return this.#ledger.change(
      caller,
      (books, at) => books.rotateKey(caller, id, this.tenant, secret, { at, oldUntil: at + graceSeconds * 1_000 }),
      ({ key }) => ({ action: "key.rotated", ...ofKey(key) }),
    );
  }

  async revokeKey(caller: Caller, id: string): Promise<Answer<null>> {
    const revoked = this.#ledger.change(
      caller,
      (books, at) => books.revokeKey(id, at),
      (key) => ({ action: "key.revoked", ...ofKey(key) }),
    );
    if (revoked.done) await this.#ledger.endAccess(caller, "key", id);
    return nothing(revoked);
  }

  /** Asked for any name that stands in a URL: a tenant that is none is not made by it. */
  async embeddingOrigins(): Promise<readonly string[]> {
    return this.#ledger.known?.books.embeddingOrigins() ?? [];
  }

  async setEmbeddingOrigins(caller: Caller, origins: readonly string[]): Promise<readonly string[]> {
    await this.#ledger.changeRules(
      caller,
      (books) => done(books.setEmbeddingOrigins(origins)),
      () => ({ action: "settings.changed", detail: { embeddingOrigins: origins } }),
      () => [{ to: "tenant" }],
    );
    return this.#ledger.read().books.embeddingOrigins();
  }

  async note(caller: Caller, event: Noted): Promise<void> {
    this.#ledger.read();
    this.#ledger.note({ ...event, ...actorOf(caller) }, Date.now());
  }

  async liveSessions(wish: PageWish): Promise<Page<LiveSession>> {
    return this.#ledger.read().presence.page(wish);
  }

  async links(wish: PageWish): Promise<Page<Link>> {
    return this.#ledger.read().links.page(wish);
  }

  async addLink(caller: Caller, link: NewLink): Promise<void> {
    this.#ledger.addLink((links, at) => {
      links.add({ ...link, createdBy: caller.actor, createdAt: at });
      return { action: "link.made", ...ofLink(link) };
    }, caller);
  }

  async enter(wish: EntryWish): Promise<Entry> {
    return this.#ledger.atDoor((door, at) => door.enter(wish, at));
  }

  async look(wish: EntryWish): Promise<readonly Right[]> {
    return this.#ledger.atDoor((door, at) => door.look(wish, at));
  }

  async seated(seat: NewSeat): Promise<Awaited<ReturnType<TenantRpc["seated"]>>> {
    return await this.#ledger.seat(seat);
  }

  async seatLeft(session: string, seat: string, reason?: "idle" | "length"): Promise<void> {
    if (this.#ledger.known !== undefined) this.#ledger.atDoor((door, at) => door.left(session, seat, at, reason));
  }

  async sessionEnded(ended: EndedSession): Promise<void> {
    if (this.#ledger.known !== undefined) this.#ledger.atDoor((door, at) => door.ended(ended, at));
  }

  async scimList(kind: ScimKind, query: ScimQuery): Promise<ScimAnswer<ScimPage>> {
    return await this.#answerScim(async () => done(this.#ledger.read().directory.list(kind, query)));
  }

  async scimGet(kind: ScimKind, id: string): Promise<ScimAnswer<ScimResource>> {
    return found(this.#ledger.read().directory.get(kind, id));
  }

  async scimWrite(caller: Caller, kind: ScimKind, change: ScimChange): Promise<ScimAnswer<ScimResource>> {
    const { directory, books } = this.#ledger.read();
    const wasActive = books.people.get(change.id ?? "")?.active === true;
    const [id, what] = [crypto.randomUUID(), change.op === "add" ? "added" : "changed"] as const;
    const written = await this.#answerScim<Person | Group>(async () =>
      kind === "User"
        ? await this.#ledger.changeRules(
            caller,
            (_books, at) => directory.writeUser(caller, change, id, at),
            (person) => ({ action: `person.${what}`, ...about(person) }),
            // Of what an identity provider says of a person nothing is asked by policies but the groups.
            () => [],
          )
        : await this.#ledger.changeRules(
            caller,
            (_books, at) => directory.writeGroup(change, id, at),
            (group) => ({ action: `group.${what}`, ...ofGroup(group) }),
            (group) => books.ruledBy({ to: "group", id: group.id }),
          ),
    );
    if (!written.done) return written;
    const { value } = written;
    if ("active" in value && !value.active && wasActive) await this.#ledger.endAccess(caller, "person", value.id);
    return found(directory.get(kind, value.id));
  }

  async scimRemove(caller: Caller, kind: ScimKind, id: string, ifMatch?: string): Promise<ScimAnswer<null>> {
    const expected = await this.#answerScim(async () => this.#ledger.read().directory.expect(kind, id, ifMatch));
    if (!expected.done) return expected;
    return kind === "User" ? await this.removePerson(caller, id) : await this.removeGroup(caller, id);
  }

  async #answerScim<Value>(ask: () => Promise<Answer<Value>>): Promise<ScimAnswer<Value>> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ScimFault)) throw error;
      return { done: false, refusal: "invalid", type: error.type, detail: error.message };
    }
  }

  async revoke(caller: Caller, what: Revocable): Promise<Answer<Receipt>> {
    const { links, presence } = this.#ledger.read();
    if ("person" in what) {
      const change = { active: false };
      const disabled = this.#ledger.change(
        caller,
        (books, at) => books.changePerson(caller, what.person, change, at),
        (person) => ({ action: "person.changed", ...about(person, Object.keys(change)) }),
      );
      return disabled.done ? done(await this.#ledger.endAccess(caller, "person", what.person)) : disabled;
    }
    if ("session" in what) {
      return presence.isOpen(what.session)
        ? done(await this.#ledger.endAccess(caller, "session", what.session))
        : refused("not-found");
    }
    const link = links.get(what.link);
    if (link === undefined) return refused("not-found");
    links.revoke(link.id, Date.now());
    const [receipt] = await Promise.all([
      this.#ledger.endAccess(caller, "link", link.id),
      revokeLink(this.env.PASS, { link: link.id, expiresAt: link.expiresAt }),
    ]);
    return done(receipt);
  }

  override async alarm(): Promise<void> {
    await this.#ledger.retry();
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
