import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Scope } from "../../../../edge/access/claims.ts";
import { readApiKey, SCOPES, SCOPES_OF_ROLE } from "../../../../edge/access/index.ts";
import { createApp } from "../../../../edge/app.ts";
import type { Provider } from "../../../../edge/signin/contract.ts";
import { bodyOf, call, expectProblem, ORIGIN } from "../../support/api.ts";
import { EVERYTHING, granted, TenantApi, TenantWorld } from "../../support/tenant-world.ts";
import { Receiver } from "../../tenant/log/receiver.ts";

/** What a receiver of the log is set up with. */
const WEBHOOK = { name: "SIEM", url: new Receiver().url };

/** What each route of the books needs, a body that it would take, and what else it needs. */
const DOORS = [
  ["GET /people", "people:read"],
  ["POST /people", "people:write", { userName: "eve", name: "Eve" }],
  ["GET /people/ID", "people:read"],
  ["PATCH /people/ID", "people:write", { name: "Eve" }],
  ["DELETE /people/ID", "people:write"],
  ["GET /groups", "people:read"],
  ["POST /groups", "people:write", { name: "Sales" }],
  ["GET /groups/ID", "people:read"],
  ["PATCH /groups/ID", "people:write", { name: "Sales" }],
  ["DELETE /groups/ID", "people:write"],
  ["GET /policies", "policies:read"],
  ["POST /policies", "policies:write", { name: "x", binding: { to: "tenant" } }],
  ["POST /policies/explain", "policies:read", {}],
  ["GET /policies/ID", "policies:read"],
  ["PUT /policies/ID", "policies:write", { name: "x", binding: { to: "tenant" } }],
  ["DELETE /policies/ID", "policies:write"],
  ["GET /keys", "keys:read"],
  ["POST /keys", "keys:write", { name: "x", scopes: ["keys:write"] }],
  ["POST /keys/ID/rotate", "keys:write", {}],
  ["DELETE /keys/ID", "keys:write"],
  ["GET /audit", "audit:read"],
  ["GET /audit/keys", "audit:read"],
  ["GET /audit/retention", "settings:read"],
  ["PUT /audit/retention", "owners:write", { days: 365 }],
  ["GET /webhooks", "settings:read"],
  ["POST /webhooks", "settings:write", WEBHOOK, "audit:read"],
  ["PUT /webhooks/ID", "settings:write", WEBHOOK, "audit:read"],
  ["DELETE /webhooks/ID", "settings:write"],
  ["POST /webhooks/ID/rotate", "settings:write", {}],
  ["GET /webhooks/ID/dead-letters", "settings:read"],
  ["POST /webhooks/ID/dead-letters/resend", "settings:write", {}],
  ["GET /links", "links:read"],
  ["POST /revocations", "access:revoke", { person: "SOMEBODY" }],
  ["GET /embedding-origins", "settings:read"],
  ["PUT /embedding-origins", "settings:write", { origins: [] }],
  ["GET /identity-provider", "settings:read"],
  ["PUT /identity-provider", "owners:write", { issuer: "https://login.example", clientId: "nearglass" }],
  ["DELETE /identity-provider", "owners:write"],
] as const satisfies readonly (readonly [string, Scope, object?, Scope?])[];

const PROVIDER = {
  ...{ issuer: "https://login.example", clientId: "nearglass", scopes: ["openid"], userNameClaim: "email" },
  ...{ groups: [], acr: [], acrToOpen: [], provision: false },
} satisfies Provider;

let world: TenantWorld;

beforeEach(() => {
  world = new TenantWorld();
});

/** An id that is there, of the kind that the path names. */
async function idFor(path: string): Promise<string> {
  if (path.includes("/people/")) return await world.person(crypto.randomUUID());
  if (path.includes("/groups/"))
    return granted(await world.stub.addGroup(EVERYTHING, { name: crypto.randomUUID(), members: [] })).id;
  if (path.includes("/keys/")) return readApiKey(await world.key(["keys:write"]))?.id ?? "";
  if (path.includes("/webhooks/")) {
    const [there] = await world.stub.webhooks();
    return there?.id ?? granted(await world.stub.addWebhook(EVERYTHING, WEBHOOK)).webhook.id;
  }
  const fields = { name: "x", binding: { to: "tenant" }, capabilities: {}, session: {} } as const;
  return granted(await world.stub.addPolicy(EVERYTHING, fields)).id;
}

async function knock(door: string, token: string | undefined, body?: object): Promise<Response> {
  const [method = "", path = ""] = door.split(" ");
  if (path === "/identity-provider") granted(await world.stub.setProvider(EVERYTHING, PROVIDER));
  const place = path.replace("ID", path.includes("/ID") ? await idFor(path) : "");
  const sent = body !== undefined && "person" in body ? { person: await world.person(crypto.randomUUID()) } : body;
  const options = { ...(token === undefined ? {} : { token }), ...(sent === undefined ? {} : { body: sent }) };
  return await call(method, `/api/v1/tenant${place}`, options);
}

const rows = DOORS.map(([door, scope, body, also]) => ({
  ...{ door, scope: scope as Scope, body: body as object | undefined },
  needed: (also === undefined ? [scope] : [scope, also]) as Scope[],
}));

describe.each(rows)("$door", ({ door, scope, body, needed }) => {
  it("is closed without credentials, and to those that count no more", async () => {
    const expired = { name: "x", scopes: SCOPES, expiresAt: Date.now() - 1 };
    const revoked = await world.key();
    await world.stub.revokeKey(EVERYTHING, readApiKey(revoked)?.id ?? "");
    const gone = await world.person("gone", { role: "owner" });
    await world.person("stays", { role: "owner" });
    const orphan = await world.key(SCOPES, gone);
    await world.stub.removePerson(EVERYTHING, gone);
    const wrong = [
      undefined,
      "nonsense",
      `${await world.key()}x`,
      (await world.key()).replace(/.\./, "_."),
      revoked,
      orphan,
      granted(await world.stub.makeKey(EVERYTHING, expired)).text,
    ];
    for (const token of wrong) {
      const response = await knock(door, token, body);
      expect(response.headers.get("WWW-Authenticate")).toContain("Bearer");
      await expectProblem(response, 401, "unauthorized");
    }
  });

  it(`is open with ${needed.join(" and ")}, and with that alone`, async () => {
    const response = await knock(door, await world.key(needed), body);
    expect([200, 201, 204]).toContain(response.status);
  });

  it("is closed to each of its scopes without the others", async () => {
    for (const missing of needed) {
      const token = await world.key(SCOPES.filter((one) => one !== missing));
      await expectProblem(await knock(door, token, body), 403, "forbidden");
    }
  });

  it("is closed to every other scope, and does not tell whether what it names is there", async () => {
    const token = await world.key(SCOPES.filter((one) => one !== scope));
    const there = await expectProblem(await knock(door, token, body), 403, "forbidden");
    const [method = "", path = ""] = door.split(" ");
    const nowhere = await call(method, `/api/v1/tenant${path.replace("ID", "nothing")}`, {
      token,
      ...(body === undefined ? {} : { body }),
    });
    expect(await expectProblem(nowhere, 403, "forbidden")).toBe(there);
  });

  it("is closed to whoever's role has not the scope, whatever the key says", async () => {
    for (const [role, scopes] of Object.entries(SCOPES_OF_ROLE)) {
      const person = await world.person(role, { role: role as keyof typeof SCOPES_OF_ROLE });
      const response = await knock(door, await world.key(SCOPES, person), body);
      // An entry of the same name may be there already: that is an answer of the books, past the door.
      const status = needed.every((one) => scopes.includes(one)) ? [200, 201, 204, 409] : [403];
      expect(status, `${role} at ${door}`).toContain(response.status);
      world = new TenantWorld();
    }
  });

  it("shows and changes nothing of another tenant's", async () => {
    if (!door.includes("ID")) return;
    const id = await idFor(door);
    const stranger = await new TenantWorld().key();
    const [method = "", path = ""] = door.split(" ");
    const options = { token: stranger, ...(body === undefined ? {} : { body }) };
    const answer = await call(method, `/api/v1/tenant${path.replace("ID", id)}`, options);
    const nothing = await call(method, `/api/v1/tenant${path.replace("ID", "nothing")}`, options);
    expect([answer.status, await answer.text()]).toEqual([404, await nothing.text()]);
  });
});

describe("the doors above", () => {
  it("are all that the document has of the tenant's books", async () => {
    const { paths } = await bodyOf<{ paths: Record<string, Record<string, { security?: object }>> }>(
      await call("GET", "/api/v1/openapi.json"),
      200,
    );
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      path.startsWith("/api/v1/tenant/")
        ? Object.entries(methods).map(([method, { security }]) => ({
            door: `${method.toUpperCase()} ${path.slice("/api/v1/tenant".length).replace("{id}", "ID")}`,
            security,
          }))
        : [],
    );
    const keyed = documented.filter(({ security }) => JSON.stringify(security) === '[{"key":[]},{"admin":[]}]');
    expect(keyed.map(({ door }) => door).sort()).toEqual(DOORS.map(([door]) => door).sort());
    const others = documented.filter((one) => !keyed.includes(one)).map(({ door }) => door);
    expect(others).toEqual(["POST /bootstrap"]);
  });

  it("open to ADMIN_TOKEN, for the deployment's own tenant", async () => {
    const admin = new TenantApi(env.ADMIN_TOKEN);
    const name = crypto.randomUUID();
    const { id } = await admin.ok<{ id: string }>("POST", "/people", { userName: name, name: "Somebody" }, 201);
    expect(await new TenantWorld("default").stub.person(id)).toMatchObject({ value: { userName: name } });
    await admin.gone(`/people/${id}`);
  });
});

describe("the first owner", () => {
  const first = { userName: crypto.randomUUID(), name: "Ada" };

  it("is made with the bootstrap secret, once, and has a key for everything", async () => {
    for (const token of [undefined, "wrong", env.ADMIN_TOKEN]) {
      const options = token === undefined ? { body: first } : { token, body: first };
      await expectProblem(await call("POST", "/api/v1/tenant/bootstrap", options), 401, "unauthorized");
    }
    const ask = async () =>
      await call("POST", "/api/v1/tenant/bootstrap", { token: env.BOOTSTRAP_SECRET ?? "", body: first });
    const { text } = await bodyOf<{ text: string }>(await ask(), 201);
    await expectProblem(await ask(), 403, "bootstrap-refused");
    const { people } = await new TenantApi(text).ok<{ people: { userName: string; role: string }[] }>("GET", "/people");
    expect(people).toContainEqual(expect.objectContaining({ userName: first.userName, role: "owner" }));
  });

  it("is made by nobody where the deployment has no such secret", async () => {
    for (const token of ["", "undefined", "null"]) {
      const request = new Request(`${ORIGIN}/api/v1/tenant/bootstrap`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: JSON.stringify(first),
      });
      const { BOOTSTRAP_SECRET: _, ...without } = env;
      await expectProblem(await createApp().fetch(request, without), 401, "unauthorized");
    }
  });
});
