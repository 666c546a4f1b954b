import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { CLOSE } from "#protocol";
import type { Role, Scope, TicketClaims } from "../../../edge/access/claims.ts";
import {
  enrolmentKind,
  grantKind,
  ROLES,
  readApiKey,
  SCOPES,
  SCOPES_OF_ROLE,
  signingKey,
  signToken,
  ticketKind,
} from "../../../edge/access/index.ts";
import { anywhere, bodyOf, call, expectProblem, openSocket, type SeatBody } from "../support/api.ts";
import { FleetWorld } from "../support/fleet-world.ts";
import { ACME, account, books, OTHER, OWN, SigninBrowser, setUp } from "../support/signin-world.ts";
import { EVERYTHING, granted, TenantWorld } from "../support/tenant-world.ts";

/** How an operation of the document is opened, and what stands in its path. */
type Door =
  /** Anybody. */
  | { readonly by: "nothing" }
  /** A key with the scope, ADMIN_TOKEN, and perhaps a cookie. */
  | {
      readonly by: "scope";
      readonly scope: Scope;
      /** `role`: of a person whose role has the scope. `person`: of anybody, for what is their own. */
      readonly cookie: "role" | "person" | "none";
      readonly body?: object;
      /** Of what is another tenant's, which is as if it were not there. None: the path names nothing, or whatever a caller likes. */
      readonly missing?: string;
    }
  | { readonly by: "cookie" }
  | { readonly by: "ticket"; readonly role: TicketClaims["role"] }
  /** `opens`: what it answers to the seat's own token. */
  | { readonly by: "resume"; readonly opens: number; readonly query?: string }
  | { readonly by: "enrolment" | "grant" | "provider" | "call" };

/** Every operation that is not under /api/v1/tenant, which has a table of its own (tenant/doors.test.ts). */
const DOORS: Readonly<Record<string, Door>> = {
  "GET /api/v1/health": { by: "nothing" },
  "POST /api/v1/links": { by: "scope", scope: "links:write", cookie: "none", body: {} },
  "POST /api/v1/links/redeem": { by: "grant" },
  "POST /api/v1/sessions": { by: "scope", scope: "sessions:write", cookie: "person", body: { region: "REGION" } },
  "GET /api/v1/sessions": { by: "scope", scope: "sessions:read", cookie: "role" },
  "DELETE /api/v1/sessions/{id}": {
    ...{ by: "scope", scope: "access:revoke", cookie: "role", missing: "no-such-session" },
  },
  "GET /api/v1/sessions/{id}/quality": {
    ...{ by: "scope", scope: "sessions:read", cookie: "role", missing: "no-such-session" },
  },
  "POST /api/v1/sessions/{id}/tickets": { by: "resume", opens: 201 },
  "GET /api/v1/sessions/{id}/files": { by: "resume", opens: 403 },
  "PUT /api/v1/sessions/{id}/files/{transfer}": { by: "resume", opens: 403, query: "?name=a&size=1&offset=0" },
  "GET /api/v1/sessions/{id}/files/{transfer}": {
    ...{ by: "resume", opens: 403, query: "?name=a&version=1&offset=0&length=1" },
  },
  "DELETE /api/v1/sessions/{id}/files/{transfer}": { by: "resume", opens: 403 },
  "GET /api/v1/sessions/{id}/file-calls": { by: "call" },
  "POST /api/v1/sessions/{id}/file-calls": { by: "call" },
  "GET /api/v1/sessions/{id}/viewer": { by: "ticket", role: "viewer" },
  "GET /api/v1/sessions/{id}/origin": { by: "ticket", role: "origin" },
  "GET /api/v1/hosts": { by: "scope", scope: "devices:read", cookie: "role" },
  "POST /api/v1/hosts": { by: "scope", scope: "devices:write", cookie: "role", body: { host: "other" } },
  "DELETE /api/v1/hosts/{host}": { by: "scope", scope: "devices:write", cookie: "role" },
  "GET /api/v1/hosts/connect": { by: "enrolment" },
  "GET /api/v1/devices": { by: "scope", scope: "devices:read", cookie: "role" },
  "DELETE /api/v1/devices/{host}/{device}": {
    ...{ by: "scope", scope: "devices:write", cookie: "role", missing: "no-such-device" },
  },
  "POST /api/v1/devices/{host}/{device}/restore": {
    ...{ by: "scope", scope: "devices:write", cookie: "role", missing: "no-such-device" },
  },
  "GET /api/v1/signin": { by: "cookie" },
  "GET /api/v1/signin/devices": { by: "cookie" },
  "POST /api/v1/signin/out": { by: "cookie" },
  "GET /api/v1/signin/{tenant}/start": { by: "provider" },
  "GET /api/v1/signin/{tenant}/callback": { by: "provider" },
  "POST /api/v1/signin/{tenant}/back-channel-logout": { by: "provider" },
};

/** As the document says it. */
const SECURITY = {
  nothing: undefined,
  scope: ["key", "admin"],
  cookie: ["cookie"],
  ticket: ["ticket"],
  enrolment: ["ticket"],
  resume: ["resume"],
  call: ["call"],
  grant: undefined,
  provider: undefined,
} as const satisfies Record<Door["by"], readonly string[] | undefined>;

const REGION = crypto.randomUUID();
const acme = new TenantWorld(ACME);
let seat: SeatBody;
/** Keys of one tenant that count no more. */
let spent: readonly string[];
let resume: string;

beforeAll(async () => {
  await setUp(ACME);
  await setUp(OTHER);
  await new FleetWorld(REGION, ACME).host("rack", ["demo", "second", "third"]);
  const token = await acme.key();
  seat = await bodyOf<SeatBody>(await call("POST", "/api/v1/sessions", { token, body: { region: REGION } }), 201);
  const { peer } = await openSocket(seat.viewerUrl, seat.ticket);
  peer.send(JSON.stringify({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
  resume = (await peer.said("welcome")).resume;
  const revoked = await acme.key();
  await acme.stub.revokeKey(EVERYTHING, readApiKey(revoked)?.id ?? "");
  const expired = { name: "x", scopes: SCOPES, expiresAt: Date.now() - 1 };
  const disabled = await acme.person(account(), { role: "admin" });
  const orphan = await acme.key(SCOPES, disabled);
  granted(await acme.stub.changePerson(EVERYTHING, disabled, { active: false }));
  spent = [revoked, granted(await acme.stub.makeKey(EVERYTHING, expired)).text, orphan, `${await acme.key()}x`, "x"];
});

interface Shown {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly browser?: SigninBrowser;
  readonly body?: object | string;
  readonly session?: string;
  readonly query?: string;
}

/** Ask at an operation, with what is there in its path. */
async function knock(
  operation: string,
  { browser, body, session = seat.session, query = "", ...shown }: Shown = {},
): Promise<Response> {
  const [method = "", template = ""] = operation.split(" ");
  const path = template
    .replace("{id}", session)
    .replace("{transfer}", "0f8fad5b-d9cb-469f-a165-70867728950e")
    .replace("{host}", "rack")
    .replace("{device}", "demo")
    .replace("{tenant}", ACME);
  const isInRegion = /\/(hosts|devices)/.test(path) && method !== "POST";
  const place = isInRegion || path.endsWith("/restore") ? `${path}?region=${REGION}` : `${path}${query}`;
  const text = body === undefined ? {} : { body: JSON.parse(JSON.stringify(body).replaceAll("REGION", REGION)) };
  return browser === undefined
    ? await call(method, place, { ...shown, ...text })
    : await browser.edge(method, place, { ...shown, ...text });
}

async function inRole(role: Role, tenant: string = ACME): Promise<SigninBrowser> {
  const browser = await new SigninBrowser().signedIn(tenant, account());
  const { person } = await browser.who();
  granted(await books(tenant).changePerson(EVERYTHING, person.id, { role }));
  return browser;
}

function doorsBy<By extends Door["by"]>(by: By) {
  return Object.entries(DOORS).flatMap(([operation, door]) =>
    // Safe: it is this kind that was asked for.
    door.by === by ? [{ operation, door: door as Extract<Door, { by: By }> }] : [],
  );
}

async function refusedSocket(operation: string, token: string | undefined): Promise<void> {
  const path = operation.split(" ")[1]?.replace("{id}", seat.session) ?? "";
  const { peer } = await openSocket(path, token);
  expect((await peer.closing()).code).toBe(CLOSE.ticketRefused.code);
}

async function signed(claims: TicketClaims, at = Date.now()): Promise<string> {
  const signature = { id: crypto.randomUUID(), at, lifeSeconds: 30 };
  return (await signToken(ticketKind, claims, await signingKey(env.SIGNING_KEY), signature)).token;
}

describe("the table of doors", () => {
  it("has every operation of the document, as the document says it is opened", async () => {
    const { paths } = await bodyOf<{ paths: Record<string, Record<string, { security?: object[] }>> }>(
      await call("GET", "/api/v1/openapi.json"),
      200,
    );
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      path.startsWith("/api/v1/tenant/")
        ? []
        : Object.entries(methods).map(
            ([method, { security }]) =>
              [`${method.toUpperCase()} ${path}`, security?.flatMap((one) => Object.keys(one))] as const,
          ),
    );
    const told = Object.entries(DOORS).map(([operation, door]) => {
      const more = door.by === "scope" && door.cookie !== "none" ? ["cookie"] : [];
      const security = SECURITY[door.by];
      return [operation, security === undefined ? undefined : [...security, ...more]] as const;
    });
    const inOrder = (list: readonly (readonly [string, unknown])[]) => list.toSorted(([a], [b]) => (a < b ? -1 : 1));
    expect(inOrder(documented)).toEqual(inOrder(told));
  });
});

describe.each(doorsBy("scope"))("$operation", ({ operation, door }) => {
  const { scope, cookie, missing } = door;
  const shown = door.body === undefined ? {} : { body: door.body };

  it("is closed without credentials, and to those that count no more", async () => {
    await expectProblem(await knock(operation, shown), 401, "unauthorized");
    for (const token of spent) await expectProblem(await knock(operation, { ...shown, token }), 401, "unauthorized");
  });

  it("is closed to lesser credentials: without the scope, and in a role that has it not", async () => {
    const token = await acme.key(SCOPES.filter((one) => one !== scope));
    await expectProblem(await knock(operation, { ...shown, token }), 403, "forbidden");
    for (const role of ROLES.filter((one) => !SCOPES_OF_ROLE[one].includes(scope))) {
      const key = await acme.key(SCOPES, await acme.person(account(), { role }));
      await expectProblem(await knock(operation, { ...shown, token: key }), 403, "forbidden");
      if (cookie !== "role") continue;
      const browser = await inRole(role);
      await expectProblem(await knock(operation, { ...shown, browser, headers: OWN }), 403, "forbidden");
    }
  });

  it("is closed to a cookie that is over, and to one of a foreign page", async () => {
    const browser = await inRole("owner");
    if (cookie === "none") {
      await expectProblem(await knock(operation, { ...shown, browser, headers: OWN }), 401, "unauthorized");
      return;
    }
    if (!operation.startsWith("GET")) {
      await expectProblem(await knock(operation, { ...shown, browser }), 403, "foreign-request");
    }
    const { secret } = browser;
    await browser.edge("POST", "/api/v1/signin/out", { headers: OWN });
    browser.secret = secret;
    await expectProblem(await knock(operation, { ...shown, browser, headers: OWN }), 401, "signed-out");
  });

  it("shows and changes nothing of another tenant's", async () => {
    const callers: Shown[] = [{ token: await new TenantWorld().key() }];
    if (cookie === "role") callers.push({ browser: await inRole("owner", OTHER), headers: OWN });
    for (const caller of callers) {
      const answer = await knock(operation, { ...shown, ...caller });
      if (missing !== undefined) {
        await expectProblem(answer, 404, missing);
        continue;
      }
      const text = await answer.text();
      for (const own of [seat.session, '"rack"', '"demo"']) expect(text).not.toContain(own);
    }
    const { hosts } = await bodyOf<{ hosts: object[] }>(
      await call("GET", `/api/v1/hosts?region=${REGION}`, { token: await acme.key() }),
      200,
    );
    expect(hosts).toEqual([{ host: "rack", online: true, devices: 3 }]);
    await bodyOf(await call("GET", `/api/v1/sessions/${seat.session}/quality`, { token: await acme.key() }), 200);
  });
});

describe.each(doorsBy("cookie"))("$operation", ({ operation }) => {
  it("is closed without a cookie, to a key, and to a cookie that is over or another tenant's", async () => {
    await expectProblem(await knock(operation, { headers: OWN }), 401, "signed-out");
    await expectProblem(await knock(operation, { headers: OWN, token: await acme.key() }), 401, "signed-out");
    const browser = await inRole("member");
    const { secret } = browser;
    browser.secret = secret.replace(/acme$/, "other");
    await expectProblem(await knock(operation, { browser, headers: OWN }), 401, "signed-out");
    browser.secret = secret;
    await browser.edge("POST", "/api/v1/signin/out", { headers: OWN });
    browser.secret = secret;
    await expectProblem(await knock(operation, { browser, headers: OWN }), 401, "signed-out");
  });
});

describe.each(doorsBy("ticket"))("$operation", ({ operation, door: { role } }) => {
  const claims = (session: string): TicketClaims =>
    role === "viewer" ? { role, session, seat: seat.seat, rights: ["view"] } : { role, session };

  it("is closed without a ticket, to an expired one, and to one of another session or role", async () => {
    const elsewhere = "weur-00000000-0000-4000-8000-000000000000";
    const other = role === "viewer" ? "origin" : "viewer";
    await refusedSocket(operation, undefined);
    await refusedSocket(operation, await signed(claims(seat.session), Date.now() - 60_000));
    await refusedSocket(operation, await signed(claims(elsewhere)));
    const inOtherRole: TicketClaims =
      other === "viewer"
        ? { role: other, session: seat.session, seat: seat.seat, rights: ["view"] }
        : { role: other, session: seat.session };
    await refusedSocket(operation, await signed(inOtherRole));
    await refusedSocket(operation, await acme.key());
  });
});

describe.each(doorsBy("enrolment"))("$operation", ({ operation }) => {
  it("is closed without an enrolment, to an expired one, and to other tokens", async () => {
    const signature = { id: crypto.randomUUID(), at: Date.now() - 60_000, lifeSeconds: 30 };
    const claims = { host: "rack", tenant: ACME, region: REGION };
    const { token } = await signToken(enrolmentKind, claims, await signingKey(env.SIGNING_KEY), signature);
    for (const shown of [undefined, token, await signed({ role: "origin", session: seat.session }), env.ADMIN_TOKEN]) {
      await refusedSocket(operation, shown);
    }
  });
});

describe.each(doorsBy("resume"))("$operation", ({ operation, door: { opens, query = "" } }) => {
  it("is closed without a resume token, to a wrong one, to keys, and to one of another session", async () => {
    await expectProblem(await knock(operation, { query }), 401, "unauthorized");
    for (const token of ["x", env.ADMIN_TOKEN, await acme.key()]) {
      await expectProblem(await knock(operation, { query, token }), 401, "resume-refused");
    }
    const token = await acme.key();
    const other = await bodyOf<SeatBody>(
      await call("POST", "/api/v1/sessions", { token, body: { region: REGION } }),
      201,
    );
    const elsewhere = { query, session: other.session, token: resume };
    await expectProblem(await knock(operation, elsewhere), 401, "resume-refused");
    expect((await knock(operation, { query, token: resume })).status).toBe(opens);
    await call("DELETE", `/api/v1/sessions/${other.session}`, { token });
  });
});

describe.each(doorsBy("call"))("$operation", ({ operation }) => {
  it("is closed without a call, and to whatever is none", async () => {
    await expectProblem(await knock(operation), 401, "unauthorized");
    for (const token of ["x", resume, env.ADMIN_TOKEN, await acme.key()]) {
      const said = operation.startsWith("GET") ? {} : { body: { type: "list", files: [] } };
      const answer = await knock(operation, { token, ...said });
      await expectProblem(answer, 404, "no-such-call");
    }
  });
});

describe.each(doorsBy("grant"))("$operation", ({ operation }) => {
  it("is closed without a grant, to an expired one, one of another kind, and one for somebody else", async () => {
    const key = await signingKey(env.SIGNING_KEY);
    const claims = {
      link: crypto.randomUUID(),
      tenant: ACME,
      region: REGION,
      rights: ["view"],
      shared: false,
    } as const;
    const grant = async (at: number, more: object = {}) =>
      (await signToken(grantKind, { ...claims, ...more }, key, { id: "x", at, lifeSeconds: 60 })).token;
    const show = async (text: string, token?: string) =>
      await knock(operation, { body: { grant: text }, ...(token === undefined ? {} : { token }) });
    await expectProblem(await knock(operation, { body: {} }), 400, "invalid-request");
    await expectProblem(await show("x"), 403, "link-not-valid");
    const ticket = await signed({ role: "origin", session: seat.session });
    await expectProblem(await show(ticket), 403, "link-not-valid");
    await expectProblem(await show(await grant(Date.now() - 120_000)), 410, "link-expired");
    const forAda = await grant(Date.now(), { audience: "ada@example.com" });
    for (const token of [undefined, env.ADMIN_TOKEN, ...spent, await new TenantWorld().key()]) {
      await expectProblem(await show(forAda, token), 403, "link-for-another");
    }
  });
});

describe("what the provider's answer opens", () => {
  const form = { "Content-Type": "application/x-www-form-urlencoded" };

  it("is closed to whoever did not begin it, and where there is no provider", async () => {
    await expectProblem(await knock("GET /api/v1/signin/{tenant}/callback"), 400, "signin-not-valid");
    const logout = "POST /api/v1/signin/{tenant}/back-channel-logout";
    const send = async (tenant: string) =>
      await call("POST", `/api/v1/signin/${tenant}/back-channel-logout`, { headers: form, body: "logout_token=x" });
    await expectProblem(await send(ACME), 400, "logout-not-valid");
    await expectProblem(await send(crypto.randomUUID()), 404, "no-signin");
    await expectProblem(await call("GET", `/api/v1/signin/${crypto.randomUUID()}/start`), 404, "no-signin");
    expect(doorsBy("provider").map(({ operation }) => operation)).toContain(logout);
  });

  it("is not another tenant's: what was begun at one does not end at the other", async () => {
    const browser = new SigninBrowser(anywhere());
    const back = await browser.nameSelf(await browser.begin(ACME), { account: account() });
    await expectProblem(await browser.edge("GET", back.replace(ACME, OTHER)), 400, "signin-not-valid");
  });
});
