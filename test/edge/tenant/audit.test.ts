import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { publicKey, readApiKey, signingKey } from "../../../edge/access/index.ts";
import { verifyAudit } from "../../../edge/audit/index.ts";
import { bodyOf, expectProblem } from "../support/api.ts";
import { EVERYTHING, granted, TenantApi, TenantWorld } from "../support/tenant-world.ts";

let world: TenantWorld;
let api: TenantApi;

beforeEach(async () => {
  world = new TenantWorld();
  api = new TenantApi(await world.key());
});

interface Event {
  readonly action: string;
  readonly actor: string;
  readonly sequence: number;
  readonly subject?: string;
  readonly detail?: object;
  readonly address?: string;
}

async function publicKeys(): Promise<ReadonlyMap<string, CryptoKey>> {
  const key = await signingKey(env.SIGNING_KEY);
  return new Map([[key.id, key.verify]]);
}

async function page(query: string): Promise<{ readonly lines: string[]; readonly next: string | undefined }> {
  const response = await api.raw("GET", `/audit${query}`);
  expect([response.status, response.headers.get("Content-Type")]).toEqual([200, "application/x-ndjson"]);
  const next = /^<\/api\/v1\/tenant\/audit(\?.*)>; rel="next"$/.exec(response.headers.get("Link") ?? "")?.[1];
  const text = new TextDecoder().decode(await response.arrayBuffer());
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return { lines: text.split("\n").slice(0, -1), next };
}

async function wholeLog(limit = 1_000): Promise<string[]> {
  const lines: string[] = [];
  let query: string | undefined = `?limit=${limit}`;
  while (query !== undefined) {
    const one: Awaited<ReturnType<typeof page>> = await page(query);
    lines.push(...one.lines);
    query = one.next;
  }
  return lines;
}

function events(lines: readonly string[]): Event[] {
  return lines.flatMap((line) => {
    const { event } = JSON.parse(line) as { event?: Event };
    return event === undefined ? [] : [event];
  });
}

describe("the audit log", () => {
  it("tells of every change to the books, by whom and of what, and holds together", async () => {
    const { id: ada } = await api.ok<{ id: string }>("POST", "/people", { userName: "ada", name: "Ada" }, 201);
    await api.ok("PATCH", `/people/${ada}`, { role: "support" });
    const { id: sales } = await api.ok<{ id: string }>("POST", "/groups", { name: "Sales", members: [ada] }, 201);
    await api.ok("PATCH", `/groups/${sales}`, { members: [] });
    await api.gone(`/groups/${sales}`);
    const fields = { name: "x", binding: { to: "tenant" }, capabilities: { camera: { effect: "deny" } } };
    const { id: policy } = await api.ok<{ id: string }>("POST", "/policies", fields, 201);
    await api.ok("PUT", `/policies/${policy}`, { ...fields, name: "y" });
    await api.gone(`/policies/${policy}`);
    const made = await api.ok<{ key: { id: string }; text: string }>(
      "POST",
      "/keys",
      { name: "k", scopes: ["scim"] },
      201,
    );
    const { text } = await api.ok<{ text: string }>("POST", `/keys/${made.key.id}/rotate`, {});
    await api.gone(`/keys/${made.key.id}`);
    await api.ok("PUT", "/embedding-origins", { origins: ["https://a.example"] });
    await api.gone(`/people/${ada}`);

    const lines = await wholeLog();
    const told = events(lines);
    const [person, group, rule, key] = [`person:${ada}`, `group:${sales}`, `policy:${policy}`, `key:${made.key.id}`];
    expect(told.map(({ action, subject }) => [action, subject])).toEqual([
      ["key.made", expect.any(String)],
      ["person.added", person],
      ["person.changed", person],
      ["group.added", group],
      ["group.changed", group],
      ["group.removed", group],
      ["policy.added", rule],
      ["policy.changed", rule],
      ["policy.removed", rule],
      ["key.made", key],
      ["key.rotated", key],
      ["key.revoked", key],
      ["access.revoked", key],
      ["settings.changed", undefined],
      ["person.removed", person],
      ["access.revoked", person],
    ]);
    const own = told[0]?.subject;
    expect(new Set(told.slice(1).map(({ actor }) => actor))).toEqual(new Set([own]));
    expect(told[2]?.detail).toEqual({ userName: "ada", role: "support", active: true, changed: ["role"] });
    expect(told[6]?.detail).toMatchObject({ capabilities: fields.capabilities, binding: fields.binding });
    for (const secret of [made.text, text]) {
      // A secret may have `_` in it, also in its first place.
      expect(lines.join("\n")).not.toContain(readApiKey(secret)?.secret.slice(0, 20));
    }
    const verdict = await verifyAudit(lines, await publicKeys());
    expect(verdict).toMatchObject({ findings: [], events: 16, signedTo: 16 });
  });

  it("has nothing of what was refused", async () => {
    await expectProblem(await api.raw("DELETE", "/people/nobody"), 404, "no-such-person");
    await api.ok("POST", "/people", { userName: "ada", name: "Ada" }, 201);
    await expectProblem(await api.raw("POST", "/people", { userName: "ada", name: "Ada" }), 409, "name-taken");
    expect(events(await wholeLog()).map(({ action }) => action)).toEqual(["key.made", "person.added"]);
  });

  it("comes in pages that fit together, whatever their size, and tells that it was exported", async () => {
    for (let index = 0; index < 12; index += 1) await world.person(`p${index}`);
    const whole = await wholeLog();
    const paged = await wholeLog(5);
    expect(events(whole).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
    // Of the export before, and its own, which began with its first page.
    expect(
      events(paged)
        .slice(13)
        .map(({ action }) => action),
    ).toEqual(["audit.exported", "audit.exported"]);
    expect(await verifyAudit(paged, await publicKeys())).toMatchObject({ findings: [], events: 15, signedTo: 15 });
    expect(await page("?after=99")).toEqual({ lines: [], next: undefined });
  });

  it("is filtered by what, who, whom and when", async () => {
    const ada = await world.person("ada");
    await world.stub.setEmbeddingOrigins(EVERYTHING, []);
    await world.stub.removePerson(EVERYTHING, ada);
    const actions = async (query: string) => events((await page(query)).lines).map(({ action }) => action);
    expect(await actions("?action=person.")).toEqual(["person.added", "person.removed"]);
    expect(await actions(`?subject=person:${ada}&action=person.removed`)).toEqual(["person.removed"]);
    expect(await actions("?actor=nobody")).toEqual([]);
    expect(await actions("?session=nothing")).toEqual([]);
    expect(await actions(`?to=${new Date(1).toISOString()}`)).toEqual([]);
    expect((await actions(`?from=${new Date(1).toISOString()}`)).length).toBeGreaterThanOrEqual(4);
    for (const wrong of ["?action=*", "?limit=0", "?limit=10001", "?after=-1", "?from=yesterday", "?colour=red"]) {
      await expectProblem(await api.raw("GET", `/audit${wrong}`), 400, "invalid-request");
    }
  });

  it("goes on where it was after an eviction, also with an event that was not chained yet", async () => {
    await world.person("ada");
    await runInDurableObject(world.stub, (_object, { storage }) => {
      storage.sql.exec("UPDATE audit_event SET hash = NULL WHERE sequence = 2");
    });
    await evictDurableObject(world.stub);
    await world.person("bob");
    expect(await verifyAudit(await wholeLog(), await publicKeys())).toMatchObject({ findings: [], events: 3 });
  });

  it("is signed after every thousandth event, in the object itself", async () => {
    const policy = { name: "x", binding: { to: "tenant" }, capabilities: {}, session: {} } as const;
    const { id } = granted(await world.stub.addPolicy(EVERYTHING, policy));
    await runInDurableObject(world.stub, async (object) => {
      // Safe: the namespace is of this class.
      const tenant = object as unknown as typeof world.stub;
      for (let index = 0; index < 1_005; index += 1) await tenant.putPolicy(EVERYTHING, id, policy);
    });
    const lines = await wholeLog(10_000);
    expect(lines.filter((line) => line.startsWith('{"checkpoint"'))).toHaveLength(2);
    const verdict = await verifyAudit(lines, await publicKeys());
    expect(verdict).toMatchObject({ findings: [], events: 1_007, checkpoints: 2, signedTo: 1_007 });
  });

  it("shows the keys that its checkpoints are signed with", async () => {
    const keys = await bodyOf<{ keys: object[] }>(await api.raw("GET", "/audit/keys"), 200);
    expect(keys).toEqual({ keys: [publicKey(await signingKey(env.SIGNING_KEY))] });
    expect(keys.keys[0]).not.toHaveProperty("d");
  });
});
