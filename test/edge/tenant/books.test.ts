import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Scope } from "../../../edge/access/claims.ts";
import { readApiKey, SCOPES, SCOPES_OF_ROLE } from "../../../edge/access/index.ts";
import type { Caller } from "../../../edge/tenant/contract.ts";
import { EVERYTHING, granted, hashOf, TenantWorld } from "../support/tenant-world.ts";

let world: TenantWorld;

beforeEach(() => {
  world = new TenantWorld();
});

/** Who shows this key, as the object sees it. */
async function shown(text: string): Promise<Caller | undefined> {
  const key = readApiKey(text);
  if (key === undefined) throw new Error("no key");
  expect(key.tenant).toBe(world.tenant);
  return await world.stub.authorise(key.id, await hashOf(key.secret));
}

function caller(...scopes: readonly Scope[]): Caller {
  return { actor: "key:test", scopes };
}

describe("people", () => {
  it("have one name each, whatever the case of its letters", async () => {
    const id = await world.person("Ada@example.com");
    expect(
      await world.stub.addPerson(EVERYTHING, { userName: "ADA@EXAMPLE.COM", name: "x", role: "member", active: true }),
    ).toEqual({ done: false, refusal: "name-taken" });
    const bob = await world.person("bob");
    expect(await world.stub.changePerson(EVERYTHING, bob, { userName: "ada@example.com" })).toMatchObject({
      refusal: "name-taken",
    });
    const renamed = await world.stub.changePerson(EVERYTHING, id, {
      userName: "ADA@example.com",
      email: "a@b.example",
    });
    expect(renamed).toMatchObject({ value: { userName: "ADA@example.com", email: "a@b.example", version: 2 } });
    const cleared = granted(await world.stub.changePerson(EVERYTHING, id, { email: null }));
    expect(cleared).not.toHaveProperty("email");
  });

  it("come in pages, in the order of their names", async () => {
    for (const name of ["eve", "Dan", "carol", "Bob", "ada"]) await world.person(name);
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await world.stub.people(after === undefined ? { limit: 2 } : { after, limit: 2 });
      names.push(...page.items.map(({ userName }) => userName));
      after = page.next;
    } while (after !== undefined);
    expect(names).toEqual(["ada", "Bob", "carol", "Dan", "eve"]);
  });

  it("always have an owner among them", async () => {
    const ada = await world.person("ada", { role: "owner" });
    const last = { done: false, refusal: "last-owner" };
    expect(await world.stub.changePerson(EVERYTHING, ada, { role: "admin" })).toEqual(last);
    expect(await world.stub.changePerson(EVERYTHING, ada, { active: false })).toEqual(last);
    expect(await world.stub.removePerson(EVERYTHING, ada)).toEqual(last);
    await world.person("bob", { role: "owner", active: false });
    expect(await world.stub.removePerson(EVERYTHING, ada)).toEqual(last);
    await world.person("carol", { role: "owner" });
    expect(await world.stub.removePerson(EVERYTHING, ada)).toEqual({ done: true, value: null });
  });

  it("become owners, or stop being owners, only by who may", async () => {
    const owner = await world.person("ada", { role: "owner" });
    await world.person("carol", { role: "owner" });
    const bob = await world.person("bob");
    const admin = caller("people:write");
    const forbidden = { done: false, refusal: "forbidden" };
    expect(await world.stub.addPerson(admin, { userName: "eve", name: "Eve", role: "owner", active: true })).toEqual(
      forbidden,
    );
    expect(await world.stub.changePerson(admin, bob, { role: "owner" })).toEqual(forbidden);
    expect(await world.stub.changePerson(admin, owner, { role: "member" })).toEqual(forbidden);
    expect(await world.stub.changePerson(admin, owner, { userName: "stolen" })).toEqual(forbidden);
    expect(await world.stub.removePerson(admin, owner)).toEqual(forbidden);
    expect(await world.stub.changePerson(admin, bob, { role: "admin" })).toMatchObject({ done: true });
    // The identity provider disables whom it disables, and still makes no owner.
    const provider = caller("scim");
    expect(await world.stub.changePerson(provider, owner, { active: false })).toMatchObject({ done: true });
    expect(await world.stub.changePerson(provider, bob, { role: "owner" })).toEqual(forbidden);
  });
});

describe("groups", () => {
  it("hold people who are known, and lose those who are removed", async () => {
    const [ada, bob] = [await world.person("ada"), await world.person("bob")];
    const group = granted(await world.stub.addGroup(EVERYTHING, { name: "Sales", members: [ada, bob] }));
    expect(await world.stub.addGroup(EVERYTHING, { name: "SALES", members: [] })).toMatchObject({
      refusal: "name-taken",
    });
    expect(await world.stub.addGroup(EVERYTHING, { name: "HR", members: ["nobody"] })).toMatchObject({
      refusal: "not-found",
    });
    expect(await world.stub.person(ada)).toMatchObject({ value: { groups: [group.id] } });
    await world.stub.removePerson(EVERYTHING, ada);
    expect(await world.stub.group(group.id)).toMatchObject({ value: { members: [bob] } });
    const emptied = await world.stub.changeGroup(EVERYTHING, group.id, { members: [] });
    expect(emptied).toMatchObject({ value: { members: [], version: 2 } });
    await world.stub.changeGroup(EVERYTHING, group.id, { members: [bob] });
    await world.stub.removeGroup(EVERYTHING, group.id);
    expect(await world.stub.person(bob)).toMatchObject({ value: { groups: [] } });
  });
});

describe("policies", () => {
  it("are explained for a person by id or name, with the groups and the role", async () => {
    const ada = await world.person("ada@example.com", { role: "support" });
    const group = granted(await world.stub.addGroup(EVERYTHING, { name: "Sales", members: [ada] }));
    const policy = granted(
      await world.stub.addPolicy(EVERYTHING, {
        name: "Sales type",
        binding: { to: "group", id: group.id },
        capabilities: { keyboard: { effect: "allow" } },
        session: {},
      }),
    );
    for (const person of [ada, "ADA@example.com"]) {
      const explained = granted(await world.stub.explain({ person, circumstances: { at: 0 } }));
      expect(explained.capabilities.keyboard).toMatchObject({ effect: "allow", because: { policies: [policy.id] } });
      expect(explained.capabilities.touch).toMatchObject({ effect: "ask", because: { by: "role", role: "support" } });
      expect(explained.names).toEqual({ [policy.id]: "Sales type" });
    }
    const guest = granted(await world.stub.explain({ link: "l1", circumstances: { at: 0 } }));
    expect(guest.capabilities.keyboard).toMatchObject({ because: { by: "role", role: "guest" } });
    expect(await world.stub.explain({ person: "nobody", circumstances: { at: 0 } })).toMatchObject({
      refusal: "not-found",
    });
    await world.stub.removePolicy(EVERYTHING, policy.id);
    expect(granted(await world.stub.explain({ person: ada, circumstances: { at: 0 } })).considered).toEqual([]);
  });
});

describe("keys", () => {
  it("are known by their secret alone, which is nowhere to be found", async () => {
    const text = await world.key(["people:read"]);
    expect(await shown(text)).toMatchObject({ scopes: ["people:read"], actor: `key:${readApiKey(text)?.id}` });
    const other = await world.key(["people:read"]);
    const [id, secret] = [readApiKey(text)?.id ?? "", readApiKey(other)?.secret ?? ""];
    expect(await world.stub.authorise(id, await hashOf(secret))).toBeUndefined();
    expect(await world.stub.authorise(id, new ArrayBuffer(0))).toBeUndefined();
    const rows = await runInDurableObject(world.stub, (_object, { storage }) =>
      JSON.stringify(storage.sql.exec("SELECT *, hex(hash) FROM api_key").toArray()),
    );
    expect(rows).not.toContain(readApiKey(text)?.secret);
  });

  it("can be rotated, with a time in which both secrets count, and be revoked", async () => {
    const first = await world.key(["people:read"]);
    const id = readApiKey(first)?.id ?? "";
    const second = granted(await world.stub.rotateKey(EVERYTHING, id, 60)).text;
    expect(second).not.toBe(first);
    expect([await shown(first), await shown(second)]).toMatchObject([
      { scopes: ["people:read"] },
      { actor: `key:${id}` },
    ]);
    const third = granted(await world.stub.rotateKey(EVERYTHING, id, 0)).text;
    expect([await shown(first), await shown(second)]).toEqual([undefined, undefined]);
    expect(await shown(third)).toBeDefined();
    await evictDurableObject(world.stub);
    expect(await shown(third)).toBeDefined();
    await world.stub.revokeKey(EVERYTHING, id);
    expect(await shown(third)).toBeUndefined();
    expect(await world.stub.rotateKey(EVERYTHING, id, 0)).toMatchObject({ refusal: "not-found" });
    expect(await world.stub.keys()).toMatchObject([{ id, revokedAt: expect.any(Number), usedAt: expect.any(Number) }]);
  });

  it("that have expired count no more", async () => {
    const wish = { name: "x", scopes: ["people:read"], expiresAt: Date.now() - 1 } as const;
    expect(await shown(granted(await world.stub.makeKey(EVERYTHING, wish)).text)).toBeUndefined();
  });

  it("have no more scopes than whoever makes or rotates them", async () => {
    const maker = caller("keys:write", "people:read");
    const forbidden = { done: false, refusal: "forbidden" };
    expect(await world.stub.makeKey(maker, { name: "x", scopes: ["people:write"] })).toEqual(forbidden);
    expect(await world.stub.makeKey(maker, { name: "x", scopes: ["people:read"] })).toMatchObject({ done: true });
    const strong = readApiKey(await world.key(SCOPES))?.id ?? "";
    expect(await world.stub.rotateKey(maker, strong, 0)).toEqual(forbidden);
  });

  it.each(Object.entries(SCOPES_OF_ROLE))("of a person have no more than a %s has, at once", async (role, scopes) => {
    await world.person("first", { role: "owner" });
    const ada = await world.person("ada");
    const text = await world.key(SCOPES, ada);
    expect(await shown(text)).toMatchObject({ scopes: [] });
    // Safe: the entries of a table by roles.
    const changed = await world.stub.changePerson(EVERYTHING, ada, { role: role as keyof typeof SCOPES_OF_ROLE });
    expect(changed.done).toBe(true);
    expect(await shown(text)).toMatchObject({ person: ada, scopes });
    await world.stub.changePerson(EVERYTHING, ada, { active: false });
    expect(await shown(text)).toBeUndefined();
    await world.stub.changePerson(EVERYTHING, ada, { active: true });
    expect(await shown(text)).toBeDefined();
    await world.stub.removePerson(EVERYTHING, ada);
    expect(await shown(text)).toBeUndefined();
  });
});

describe("the first owner", () => {
  it("is made once for each secret, however many ask, with a key for everything", async () => {
    const ask = async (secret: string) => await world.stub.bootstrap(secret, { userName: "ada", name: "Ada" }, {});
    const answers = await Promise.all([ask("one"), ask("one"), ask("one")]);
    expect(answers.filter((answer) => answer.done)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.done && answer.refusal === "spent")).toHaveLength(2);
    const made = answers.flatMap((answer) => (answer.done ? [answer.value] : []))[0];
    expect(made?.person).toMatchObject({ userName: "ada", role: "owner", active: true });
    expect(await shown(made?.text ?? "")).toMatchObject({ scopes: SCOPES, person: made?.person.id });
    // Whoever sets a new secret, because the first owner's key was lost, has the same owner again.
    expect(await ask("two")).toMatchObject({ done: true, value: { person: { id: made?.person.id } } });
  });
});

describe("a tenant", () => {
  it("forgets nothing when it is evicted", async () => {
    const ada = await world.person("ada");
    await world.stub.setEmbeddingOrigins(EVERYTHING, ["https://b.example", "https://a.example"]);
    await evictDurableObject(world.stub);
    expect(await world.stub.person(ada)).toMatchObject({ done: true });
    expect(await world.stub.embeddingOrigins()).toEqual(["https://a.example", "https://b.example"]);
  });

  it("is another's nothing: neither its keys nor its people", async () => {
    const ada = await world.person("ada");
    const { id, secret } = readApiKey(await world.key()) ?? { id: "", secret: "" };
    const other = new TenantWorld();
    await other.person("bob");
    expect(await other.stub.authorise(id, await hashOf(secret))).toBeUndefined();
    expect(await other.stub.person(ada)).toEqual({ done: false, refusal: "not-found" });
    expect(env.TENANT.idFromName(`v1:${other.tenant}`)).not.toEqual(env.TENANT.idFromName(`v1:${world.tenant}`));
  });
});
