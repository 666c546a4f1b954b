import { beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "../../support/api.ts";
import { TenantApi, TenantWorld } from "../../support/tenant-world.ts";

let world: TenantWorld;
let api: TenantApi;

beforeEach(async () => {
  world = new TenantWorld();
  api = new TenantApi(await world.key());
});

interface Entry {
  readonly id: string;
  readonly version: number;
}

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe("people and groups over the API", () => {
  it("are added, read, changed, listed and removed", async () => {
    const ada = { userName: "ada@example.com", name: "Ada Lovelace", email: "ada@example.com" };
    const made = await api.ok<Entry>("POST", "/people", ada, 201);
    const person = { ...ada, role: "member", active: true, groups: [], createdAt: INSTANT, updatedAt: INSTANT };
    expect(made).toEqual({ ...person, id: made.id, version: 1 });
    const group = await api.ok<Entry>("POST", "/groups", { name: "Sales", members: [made.id] }, 201);
    expect(group).toMatchObject({ name: "Sales", members: [made.id], version: 1, createdAt: INSTANT });
    const changed = await api.ok<Entry>("PATCH", `/people/${made.id}`, { role: "support", email: null });
    expect(changed).toMatchObject({ role: "support", groups: [group.id], version: 2 });
    expect(changed).not.toHaveProperty("email");
    expect(await api.ok("GET", `/people/${made.id}`)).toEqual(changed);
    expect(await api.ok("GET", "/people")).toEqual({ people: [changed] });
    expect(await api.ok("PATCH", `/groups/${group.id}`, { name: "Selling" })).toMatchObject({ members: [made.id] });
    expect(await api.ok("GET", "/groups")).toMatchObject({ groups: [{ name: "Selling" }] });
    await api.gone(`/people/${made.id}`);
    expect(await api.ok("GET", `/groups/${group.id}`)).toMatchObject({ members: [] });
    await api.gone(`/groups/${group.id}`);
    await expectProblem(await api.raw("GET", `/people/${made.id}`), 404, "no-such-person");
    await expectProblem(await api.raw("GET", `/groups/${group.id}`), 404, "no-such-group");
  });

  it("come in pages", async () => {
    for (const name of ["a", "b", "c"]) await api.ok("POST", "/people", { userName: name, name }, 201);
    const first = await api.ok<{ people: object[]; next: string }>("GET", "/people?limit=2");
    expect(first.people).toHaveLength(2);
    const second = await api.ok<object>("GET", `/people?limit=2&after=${encodeURIComponent(first.next)}`);
    expect(second).toMatchObject({ people: [{ userName: "c" }] });
    expect(second).not.toHaveProperty("next");
  });

  it("refuse what does not go, each by its name", async () => {
    const { id } = await api.ok<Entry>("POST", "/people", { userName: "ada", name: "Ada", role: "owner" }, 201);
    const twice = await api.raw("POST", "/people", { userName: "ADA", name: "Ada" });
    await expectProblem(twice, 409, "name-taken");
    await expectProblem(await api.raw("DELETE", `/people/${id}`), 409, "last-owner");
    await expectProblem(await api.raw("POST", "/groups", { name: "x", members: ["nobody"] }), 404, "no-such-person");
    for (const body of [
      { userName: "", name: "x" },
      { userName: "x", name: "x", role: "king" },
      { userName: "x", name: "x", email: "no address" },
      { userName: "x", name: "x", admin: true },
      { name: "x" },
      [],
    ]) {
      await expectProblem(await api.raw("POST", "/people", body), 400, "invalid-request");
    }
    await expectProblem(await api.raw("GET", "/people?limit=501"), 400, "invalid-request");
  });

  it("let nobody make an owner who may not", async () => {
    const admin = new TenantApi(await world.key(["people:read", "people:write"]));
    const made = await admin.raw("POST", "/people", { userName: "eve", name: "Eve", role: "owner" });
    await expectProblem(made, 403, "forbidden");
  });
});

describe("policies over the API", () => {
  const POLICY = {
    name: "Sales in the office",
    binding: { to: "group", id: "sales" },
    capabilities: {
      camera: { effect: "deny" },
      "clipboard-to-device": { effect: "allow", limits: { maxBytes: 4096, types: ["text/plain"] } },
    },
    session: {
      idleSeconds: 900,
      hours: [{ days: ["mon", "fri"], from: "08:00", to: "18:00", timeZone: "Europe/Berlin" }],
      countries: ["DE"],
      networks: ["10.0.0.0/8", "2001:db8::/32"],
      embeddingOrigins: ["https://portal.example"],
      viewers: 3,
    },
  };

  it("are added, replaced and removed, and come back as they were sent", async () => {
    const made = await api.ok<Entry>("POST", "/policies", POLICY, 201);
    expect(made).toEqual({ ...POLICY, id: made.id, version: 1, createdAt: INSTANT, updatedAt: INSTANT });
    expect(await api.ok("GET", "/policies")).toEqual({ policies: [made] });
    const put = await api.ok("PUT", `/policies/${made.id}`, { name: "Nothing", binding: { to: "tenant" } });
    expect(put).toMatchObject({ name: "Nothing", capabilities: {}, session: {}, version: 2 });
    expect(await api.ok("GET", `/policies/${made.id}`)).toEqual(put);
    await api.gone(`/policies/${made.id}`);
    await expectProblem(await api.raw("DELETE", `/policies/${made.id}`), 404, "no-such-policy");
    await expectProblem(await api.raw("PUT", `/policies/${made.id}`, POLICY), 404, "no-such-policy");
  });

  it.each([
    ["a capability that there is not", { capabilities: { fly: { effect: "allow" } } }],
    ["an effect that there is not", { capabilities: { view: { effect: "maybe" } } }],
    [
      "a limit that means nothing for the capability",
      { capabilities: { view: { effect: "allow", limits: { maxHz: 3 } } } },
    ],
    ["a limit that there is not", { capabilities: { motion: { effect: "allow", limits: { hertz: 3 } } } }],
    [
      "a limit that no seat can be told of",
      { capabilities: { "file-up": { effect: "allow", limits: { maxBytes: 2 ** 32 } } } },
    ],
    [
      "a limit of files that is not held",
      { capabilities: { "file-up": { effect: "allow", limits: { perMinute: 1 } } } },
    ],
    ["a negative limit", { capabilities: { "file-up": { effect: "allow", limits: { maxBytes: -1 } } } }],
    ["a binding without its id", { binding: { to: "person" } }],
    ["a binding to nothing known", { binding: { to: "planet", id: "x" } }],
    ["a network that is none", { session: { networks: ["10.0.0.0/33"] } }],
    ["a country that is none", { session: { countries: ["Germany"] } }],
    ["an hour that is none", { session: { hours: [{ days: ["mon"], from: "25:00", to: "26:00", timeZone: "UTC" }] } }],
    ["a zone that is none", { session: { hours: [{ days: ["mon"], from: "08:00", to: "09:00", timeZone: "Mars" }] } }],
    ["an origin with a path", { session: { embeddingOrigins: ["https://portal.example/x"] } }],
    ["a field that there is not", { colour: "red" }],
  ])("with %s are refused", async (_name, wrong) => {
    const base = { name: "x", binding: { to: "tenant" } };
    await expectProblem(await api.raw("POST", "/policies", { ...base, ...wrong }), 400, "invalid-request");
    expect(await api.ok("GET", "/policies")).toEqual({ policies: [] });
  });

  it("are explained, with names, reasons and what was overruled", async () => {
    const { id: ada } = await api.ok<Entry>("POST", "/people", { userName: "ada", name: "Ada" }, 201);
    const { id: sales } = await api.ok<Entry>("POST", "/groups", { name: "Sales", members: [ada] }, 201);
    const binding = { to: "group", id: sales };
    const { id } = await api.ok<Entry>("POST", "/policies", { ...POLICY, binding }, 201);
    const explained = await api.ok<{ capabilities: object; session: object }>("POST", "/policies/explain", {
      ...{ person: "ada", at: "2026-11-23T12:00:00Z", country: "FR", address: "10.1.1.1" },
    });
    const because = { by: "policy", binding, policies: [id] };
    expect(explained).toMatchObject({
      capabilities: {
        camera: { effect: "deny", limits: {}, because, overruled: [{ by: "role", role: "member", effect: "ask" }] },
        "clipboard-to-device": { effect: "allow", limits: { maxBytes: 4096 } },
        view: { effect: "allow", because: { by: "role", role: "member" }, overruled: [] },
      },
      refusals: [{ limit: "countries", because }],
      session: { idleSeconds: 900, viewers: 3 },
      considered: [{ policy: id, binding }],
      names: { [id]: POLICY.name },
    });
    await expectProblem(await api.raw("POST", "/policies/explain", { person: "nobody" }), 404, "no-such-person");
    // A guest is in no group.
    expect(await api.ok("POST", "/policies/explain", {})).toMatchObject({ considered: [], refusals: [] });
  });
});

describe("keys over the API", () => {
  it("are told once, listed without their secret, rotated and revoked", async () => {
    const wish = { name: "Portal", scopes: ["policies:read"], expiresInSeconds: 3600 };
    const made = await api.ok<{ key: Entry; text: string }>("POST", "/keys", wish, 201);
    const portal = new TenantApi(made.text);
    expect(await portal.ok("GET", "/policies")).toEqual({ policies: [] });
    const listed = JSON.stringify(await api.ok("GET", "/keys"));
    expect(listed).toContain(made.key.id);
    expect(listed).not.toContain(made.text.slice(37, 60));
    const rotated = await api.ok<{ text: string }>("POST", `/keys/${made.key.id}/rotate`, {});
    await expectProblem(await portal.raw("GET", "/policies"), 401, "unauthorized");
    expect(await new TenantApi(rotated.text).ok("GET", "/policies")).toEqual({ policies: [] });
    await api.gone(`/keys/${made.key.id}`);
    await expectProblem(await new TenantApi(rotated.text).raw("GET", "/policies"), 401, "unauthorized");
    await expectProblem(await api.raw("POST", `/keys/${made.key.id}/rotate`, {}), 404, "no-such-key");
  });

  it("cannot be made stronger than the key that makes them", async () => {
    const weak = new TenantApi(await world.key(["keys:write"]));
    const body = { name: "x", scopes: ["keys:write", "people:write"] };
    await expectProblem(await weak.raw("POST", "/keys", body), 403, "forbidden");
  });
});

describe("embedding origins over the API", () => {
  it("are replaced as a list", async () => {
    expect(await api.ok("GET", "/embedding-origins")).toEqual({ origins: [] });
    const origins = ["https://a.example", "http://localhost:8080"];
    const stored = await api.ok<{ origins: string[] }>("PUT", "/embedding-origins", { origins });
    expect(stored.origins.sort()).toEqual(origins.sort());
    for (const wrong of ["https://a.example/", "*", "javascript:alert(1)", "https://a.example https://b.example"]) {
      await expectProblem(await api.raw("PUT", "/embedding-origins", { origins: [wrong] }), 400, "invalid-request");
    }
  });
});
