import { evictDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { CLOSE, viewerChannel } from "#protocol";
import { SCOPES } from "../../../edge/access/index.ts";
import { bodyOf, call, openSocket, type SeatBody } from "../support/api.ts";
import { FleetWorld } from "../support/fleet-world.ts";
import { EVERYTHING, TenantApi, TenantWorld } from "../support/tenant-world.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

let world: TenantWorld;
let token: string;

beforeEach(async () => {
  world = new TenantWorld();
  token = await world.key(["scim"]);
});

interface Resource {
  readonly id: string;
  readonly meta: { readonly version: string; readonly location: string };
  readonly active?: boolean;
  readonly members?: readonly { readonly value: string }[];
}

interface List {
  readonly totalResults: number;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  readonly Resources: readonly (Resource & { readonly userName?: string; readonly displayName?: string })[];
}

async function raw(method: string, path: string, body?: object | string, headers: Record<string, string> = {}) {
  const type = { "Content-Type": "application/scim+json" };
  return await call(method, `/scim/v2${path}`, {
    token,
    headers: { ...(body === undefined ? {} : type), ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

async function ok<Body = Resource>(method: string, path: string, body?: object, status = 200): Promise<Body> {
  const response = await raw(method, path, body);
  expect(response.headers.get("Content-Type")).toBe("application/scim+json");
  return await bodyOf<Body>(response, status);
}

async function expectFault(response: Response, status: number, scimType?: string): Promise<void> {
  const body = await bodyOf<object>(response, status);
  const type = scimType === undefined ? {} : { scimType };
  expect(body).toEqual({ schemas: [ERROR], status: String(status), detail: expect.any(String), ...type });
  expect(response.headers.get("Content-Type")).toBe("application/scim+json");
}

async function addUser(userName: string, more: object = {}): Promise<Resource> {
  return await ok("POST", "/Users", { schemas: [USER], userName, ...more }, 201);
}

function patchOf(...operations: readonly object[]) {
  return { schemas: [PATCH], Operations: operations };
}

describe("users by SCIM", () => {
  const ADA = {
    schemas: [USER, ENTERPRISE],
    userName: "ada@example.com",
    externalId: "00u1",
    name: { givenName: "Ada", familyName: "Lovelace" },
    emails: [{ value: "ada@example.com", type: "work", primary: true }],
    title: "Countess",
    active: true,
    [ENTERPRISE]: { department: "Engines" },
  };

  it("are made, read, replaced and removed, with an address and a version", async () => {
    const response = await raw("POST", "/Users", { ...ADA, password: "s3cret" });
    const made = await bodyOf<Resource>(response, 201);
    expect(response.headers.get("Location")).toBe(made.meta.location);
    expect(response.headers.get("ETag")).toBe('W/"1"');
    expect(new URL(made.meta.location).pathname).toBe(`/scim/v2/Users/${made.id}`);
    const meta = { resourceType: "User", version: 'W/"1"', location: made.meta.location };
    expect(made).toEqual({
      ...ADA,
      id: made.id,
      displayName: "Ada Lovelace",
      groups: [],
      meta: { ...meta, created: expect.any(String), lastModified: expect.any(String) },
    });
    expect(await ok("GET", `/Users/${made.id}`)).toEqual(made);
    const put = await ok("PUT", `/Users/${made.id}`, { schemas: [USER], userName: "ada", displayName: "Ada" });
    expect(put).toMatchObject({ userName: "ada", displayName: "Ada", active: true, meta: { version: 'W/"2"' } });
    for (const gone of ["title", "emails", "externalId", ENTERPRISE]) expect(put).not.toHaveProperty([gone]);
    expect((await raw("DELETE", `/Users/${made.id}`)).status).toBe(204);
    await expectFault(await raw("GET", `/Users/${made.id}`), 404);
    await expectFault(await raw("DELETE", `/Users/${made.id}`), 404);
  });

  it("are people of the tenant, as whom they are changed there too, and are members of it at first", async () => {
    const { id } = await addUser("ada", {
      name: { formatted: "Ada L." },
      emails: [{ value: "a@x.example" }],
      role: "owner",
    });
    const api = new TenantApi(await world.key());
    const person = { userName: "ada", name: "Ada L.", email: "a@x.example", role: "member", active: true };
    expect(await api.ok("GET", `/people/${id}`)).toMatchObject(person);
    await api.ok("PATCH", `/people/${id}`, { name: "Ada K.", email: "k@x.example" });
    expect(await ok("GET", `/Users/${id}`)).toMatchObject({
      displayName: "Ada K.",
      emails: [{ value: "k@x.example" }],
      name: { formatted: "Ada L." },
    });
    await api.ok("PATCH", `/people/${id}`, { email: null });
    expect(await ok("GET", `/Users/${id}`)).not.toHaveProperty("emails");
  });

  it("are patched as the large providers do it", async () => {
    const { id } = await addUser("ada", { emails: [{ value: "a@x.example", type: "work", primary: true }] });
    const path = `/Users/${id}`;
    expect(await ok("PATCH", path, patchOf({ op: "Replace", path: "active", value: "False" }))).toMatchObject({
      active: false,
    });
    expect(await ok("PATCH", path, patchOf({ op: "replace", value: { active: true } }))).toMatchObject({
      active: true,
    });
    const many = patchOf(
      { op: "Replace", path: 'emails[type eq "work"].value', value: "b@x.example" },
      { op: "Add", path: "name.givenName", value: "Ada" },
      { op: "Add", path: `${ENTERPRISE}:department`, value: "Engines" },
    );
    expect(await ok("PATCH", path, many)).toMatchObject({
      emails: [{ value: "b@x.example", type: "work", primary: true }],
      name: { givenName: "Ada" },
      [ENTERPRISE]: { department: "Engines" },
      meta: { version: 'W/"4"' },
    });
    await expectFault(await raw("PATCH", path, patchOf({ op: "replace", path: "id", value: "x" })), 400, "mutability");
    await expectFault(await raw("PATCH", path, patchOf({ op: "remove", path: "userName" })), 400, "invalidValue");
    const half = patchOf({ op: "add", path: "title", value: "x" }, { op: "replace", path: "nothing[", value: "x" });
    await expectFault(await raw("PATCH", path, half), 400, "invalidFilter");
    expect(await ok("GET", path)).not.toHaveProperty("title");
  });

  it("are found by filters, in pages, with the attributes that are wanted", async () => {
    for (const name of ["eve", "Dan", "carol", "Bob", "ada"]) {
      await addUser(name, { externalId: `x-${name}`, emails: [{ value: `${name}@x.example`, type: "work" }] });
    }
    const find = async (query: Record<string, string>) => await ok<List>("GET", `/Users?${new URLSearchParams(query)}`);
    const names = async (filter: string) => (await find({ filter })).Resources.map(({ userName }) => userName);
    expect(await names('userName eq "BOB"')).toEqual(["Bob"]);
    expect(await names('externalId eq "x-Dan"')).toEqual(["Dan"]);
    expect(await names('externalId eq "x-dan"')).toEqual([]);
    expect(await names('emails[type eq "work" and value sw "carol"]')).toEqual(["carol"]);
    expect(await names('userName eq "bob" or userName eq "eve"')).toEqual(["Bob", "eve"]);
    expect(await names('not (userName sw "a") and meta.created gt "2020-01-01T00:00:00Z"')).toHaveLength(4);
    expect(await names(`userName eq ${JSON.stringify('x" or 1=1 --')}`)).toEqual([]);
    const page = await find({ startIndex: "2", count: "2" });
    expect(page).toMatchObject({ totalResults: 5, startIndex: 2, itemsPerPage: 2 });
    expect(page.Resources.map(({ userName }) => userName)).toEqual(["Bob", "carol"]);
    expect(await find({ count: "0" })).toMatchObject({ totalResults: 5, itemsPerPage: 0, Resources: [] });
    expect(await find({ startIndex: "-3", count: "9999" })).toMatchObject({ startIndex: 1, itemsPerPage: 5 });
    const [few] = (await find({ count: "1", attributes: "userName" })).Resources;
    expect(Object.keys(few ?? {}).sort()).toEqual(["id", "meta", "schemas", "userName"]);
    const [less] = (await find({ count: "1", excludedAttributes: "emails,groups" })).Resources;
    expect(less).not.toHaveProperty("emails");
    for (const wrong of ["userName eq", "userName eq ada", `userName eq "${"x".repeat(2_000)}"`, "(".repeat(99)]) {
      await expectFault(await raw("GET", `/Users?${new URLSearchParams({ filter: wrong })}`), 400, "invalidFilter");
    }
  });

  it("are changed only as the version that the client knows, if it says so", async () => {
    const { id } = await addUser("ada");
    const path = `/Users/${id}`;
    const change = patchOf({ op: "replace", path: "title", value: "x" });
    expect((await raw("GET", path, undefined, { "If-None-Match": 'W/"1"' })).status).toBe(304);
    await expectFault(await raw("PATCH", path, change, { "If-Match": 'W/"9"' }), 412);
    expect((await raw("PATCH", path, change, { "If-Match": 'W/"9", W/"1"' })).status).toBe(200);
    expect((await raw("GET", path, undefined, { "If-None-Match": 'W/"1"' })).status).toBe(200);
    await expectFault(await raw("DELETE", path, undefined, { "If-Match": 'W/"1"' }), 412);
    expect((await raw("DELETE", path, undefined, { "If-Match": "*" })).status).toBe(204);
  });

  it("are refused when they are none, or there already", async () => {
    await addUser("ada");
    await expectFault(await raw("POST", "/Users", { schemas: [USER], userName: "ADA" }), 409, "uniqueness");
    await expectFault(await raw("POST", "/Users", { schemas: [USER] }), 400, "invalidValue");
    await expectFault(await raw("POST", "/Users", { userName: 7 }), 400, "invalidValue");
    await expectFault(await raw("POST", "/Users", { userName: "x", active: "maybe" }), 400, "invalidValue");
    await expectFault(await raw("POST", "/Users", { userName: "x", title: "x".repeat(20_000) }), 400, "invalidValue");
    await expectFault(await raw("POST", "/Users", "{"), 400, "invalidSyntax");
    await expectFault(await raw("POST", "/Users", `${"[".repeat(30_000)}${"]".repeat(30_000)}`), 400, "invalidSyntax");
    await expectFault(await raw("POST", "/Users", "{}", { "Content-Type": "text/plain" }), 415);
    await expectFault(await raw("PUT", "/Users/nobody", { userName: "x" }), 404);
    expect((await ok<List>("GET", "/Users")).totalResults).toBe(1);
  });
});

describe("groups by SCIM", () => {
  it("are made, patched and removed, and are those of the tenant", async () => {
    const [ada, bob] = [await addUser("ada"), await addUser("bob")];
    const made = await ok(
      "POST",
      "/Groups",
      { schemas: [GROUP], displayName: "Sales", members: [{ value: ada.id }] },
      201,
    );
    expect(made).toMatchObject({ displayName: "Sales", members: [{ value: ada.id, type: "User" }] });
    const path = `/Groups/${made.id}`;
    const both = await ok("PATCH", path, patchOf({ op: "add", path: "members", value: [{ value: bob.id }] }));
    expect(both.members?.map(({ value }) => value).sort()).toEqual([ada.id, bob.id].sort());
    expect(await ok("GET", `/Users/${bob.id}`)).toMatchObject({ groups: [{ value: made.id, display: "Sales" }] });
    const one = await ok("PATCH", path, patchOf({ op: "remove", path: `members[value eq "${ada.id}"]` }));
    expect(one.members).toEqual([{ value: bob.id, type: "User" }]);
    expect(await world.stub.group(made.id)).toMatchObject({ value: { name: "Sales", members: [bob.id] } });
    const found = await ok<List>("GET", `/Groups?${new URLSearchParams({ filter: 'displayName eq "sales"' })}`);
    expect(found.Resources.map(({ id }) => id)).toEqual([made.id]);
    const without = await ok<List>("GET", "/Groups?excludedAttributes=members");
    expect(without.Resources[0]).not.toHaveProperty("members");
    expect(await ok("PUT", path, { displayName: "Selling" })).toMatchObject({ displayName: "Selling", members: [] });
    const stranger = patchOf({ op: "add", path: "members", value: [{ value: "nobody" }] });
    await expectFault(await raw("PATCH", path, stranger), 400, "invalidValue");
    expect((await raw("DELETE", path)).status).toBe(204);
    await expectFault(await raw("GET", path), 404);
  });
});

describe("disabling by SCIM", () => {
  it.each([
    [
      "active: false",
      async (id: string) => await raw("PATCH", `/Users/${id}`, patchOf({ op: "replace", value: { active: false } })),
    ],
    ["a PUT of it", async (id: string) => await raw("PUT", `/Users/${id}`, { userName: "ada", active: false })],
    ["DELETE", async (id: string) => await raw("DELETE", `/Users/${id}`)],
  ])("R-3 %s closes every socket of the person at once", async (_name, disable) => {
    const region = crypto.randomUUID();
    await new FleetWorld(region, world.tenant).host("rack-1");
    const { id } = await addUser("ada");
    const body = { region, person: id };
    const admin = await world.key();
    const seat = await bodyOf<SeatBody>(await call("POST", "/api/v1/sessions", { token: admin, body }), 201);
    const { peer } = await openSocket(seat.viewerUrl, seat.ticket);
    peer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
    await peer.said("welcome");
    expect((await disable(id)).ok).toBe(true);
    expect((await peer.closing()).code).toBe(CLOSE.revoked.code);
    expect((await call("POST", "/api/v1/sessions", { token: admin, body })).status).toBeGreaterThanOrEqual(400);
  });

  it("refuses to take the last owner away", async () => {
    const owner = await world.person("owner", { role: "owner" });
    await expectFault(await raw("DELETE", `/Users/${owner}`), 409);
    const disable = patchOf({ op: "replace", path: "active", value: false });
    await expectFault(await raw("PATCH", `/Users/${owner}`, disable), 409);
  });
});

describe("the door of SCIM", () => {
  it.each([
    ["GET", "/Users"],
    ["POST", "/Users"],
    ["PATCH", "/Groups/x"],
    ["DELETE", "/Users/x"],
    ["GET", "/Schemas"],
    ["GET", "/nothing"],
  ])("is closed at %s %s to whoever has no key with the scope", async (method, path) => {
    const wrong = await world.key(SCOPES.filter((scope) => scope !== "scim"));
    for (const credentials of [undefined, "nonsense", `${token}x`]) {
      const options = credentials === undefined ? {} : { token: credentials };
      const response = await call(method, `/scim/v2${path}`, options);
      expect(response.headers.get("WWW-Authenticate")).toContain("Bearer");
      await expectFault(response, 401);
    }
    await expectFault(await call(method, `/scim/v2${path}`, { token: wrong }), 403);
  });

  it("shows nothing of another tenant's", async () => {
    const { id } = await addUser("ada");
    token = await new TenantWorld().key(["scim"]);
    await expectFault(await raw("GET", `/Users/${id}`), 404);
    expect(await ok<List>("GET", "/Users")).toMatchObject({ totalResults: 0 });
  });

  it("tells what it can do, and what its resources are", async () => {
    expect(await ok("GET", "/ServiceProviderConfig")).toMatchObject({
      patch: { supported: true },
      filter: { supported: true, maxResults: 500 },
      etag: { supported: true },
      bulk: { supported: false },
    });
    const types = await ok<List>("GET", "/ResourceTypes");
    expect(types.Resources.map(({ id }) => id)).toEqual(["User", "Group"]);
    expect(await ok("GET", "/ResourceTypes/User")).toMatchObject({ endpoint: "/Users", schema: USER });
    const schemas = await ok<List>("GET", "/Schemas");
    expect(schemas.Resources.map(({ id }) => id)).toEqual([USER, GROUP, ENTERPRISE]);
    expect(await ok("GET", `/Schemas/${USER}`)).toMatchObject({
      name: "User",
      attributes: expect.arrayContaining([expect.objectContaining({ name: "userName", uniqueness: "server" })]),
    });
    await expectFault(await raw("GET", "/Schemas/nothing"), 404);
    await expectFault(await raw("GET", "/Bulk"), 404);
  });

  it("goes on after an eviction, and writes what it does into the audit log", async () => {
    const { id } = await addUser("ada");
    await evictDurableObject(world.stub);
    await ok("PATCH", `/Users/${id}`, patchOf({ op: "add", path: "title", value: "x" }));
    await raw("DELETE", `/Users/${id}`);
    const { lines } = await world.stub.audit(EVERYTHING, { after: 0, limit: 100, subject: `person:${id}` });
    expect(lines.map((line) => JSON.parse(line).event.action)).toEqual([
      ...["person.added", "person.changed", "person.removed", "access.revoked"],
    ]);
  });
});
