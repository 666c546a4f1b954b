import { beforeEach, describe, expect, it } from "vitest";
import { CLOSE } from "#protocol";
import type { Scope } from "../../../edge/access/claims.ts";
import { readApiKey, SCOPES } from "../../../edge/access/index.ts";
import { bodyOf, call, callAsAdmin, expectProblem, openSocket, type SeatBody } from "../support/api.ts";
import { FleetWorld, hello, newSession } from "../support/fleet-world.ts";
import { EVERYTHING, granted, TenantWorld } from "../support/tenant-world.ts";

let world: TenantWorld;
let token: string;
let region: string;
let fleet: FleetWorld;

beforeEach(async () => {
  world = new TenantWorld();
  token = await world.key();
  region = crypto.randomUUID();
  fleet = new FleetWorld(region, world.tenant);
  await fleet.host("rack", ["a", "b"]);
});

async function ask(method: string, path: string, by: string = token, body?: object): Promise<Response> {
  return await call(method, `/api/v1${path}`, { token: by, ...(body === undefined ? {} : { body }) });
}

async function done(method: string, path: string, by: string = token): Promise<void> {
  const answer = await ask(method, path, by);
  expect([answer.status, await answer.text()]).toEqual([204, ""]);
}

async function seat(by: string = token, wish: object = {}): Promise<SeatBody> {
  return await bodyOf<SeatBody>(await ask("POST", "/sessions", by, { region, ...wish }), 201);
}

async function viewer({ viewerUrl, ticket }: SeatBody) {
  const { peer } = await openSocket(viewerUrl, ticket);
  await peer.settled();
  return peer;
}

async function enrolment(host: string): Promise<string> {
  return (await bodyOf<{ token: string }>(await ask("POST", "/hosts", token, { host, region }), 201)).token;
}

async function audited(action: string): Promise<object[]> {
  const { lines } = await world.stub.audit(EVERYTHING, { after: 0, limit: 1_000, action });
  return lines.map((line) => JSON.parse(line).event);
}

describe("a key of a tenant", () => {
  it("sees the tenant's hosts, devices and live sessions, and nobody else's", async () => {
    const { session, seat: id } = await seat(token, { device: "rack/a" });
    const key = readApiKey(token)?.id;
    const states = { devices: [{ host: "rack", state: "leased" }, { state: "free" }] };
    expect(await bodyOf(await ask("GET", `/devices?region=${region}`), 200)).toMatchObject(states);
    const hosts = { hosts: [{ host: "rack", online: true, devices: 2 }] };
    expect(await bodyOf(await ask("GET", `/hosts?region=${region}`), 200)).toEqual(hosts);
    const instant = expect.stringMatching(/^\d{4}-.*Z$/);
    const seats = [{ seat: id, key, openedAt: instant }];
    expect(await bodyOf(await ask("GET", "/sessions"), 200)).toEqual({
      sessions: [{ id: session, openedAt: instant, seats }],
    });
    const stranger = await new TenantWorld().key();
    expect(await bodyOf(await ask("GET", `/devices?region=${region}`, stranger), 200)).toEqual({ devices: [] });
    expect(await bodyOf(await ask("GET", `/hosts?region=${region}`, stranger), 200)).toEqual({ hosts: [] });
    expect(await bodyOf(await ask("GET", "/sessions", stranger), 200)).toEqual({ sessions: [] });
  });

  it("pages through live sessions, the newest first", async () => {
    const opened = [(await seat()).session, (await seat()).session];
    interface Page {
      readonly sessions: readonly { readonly id: string }[];
      readonly next?: string;
    }
    const first = await bodyOf<Page>(await ask("GET", "/sessions?limit=1"), 200);
    const second = await bodyOf<Page>(
      await ask("GET", `/sessions?limit=1&after=${encodeURIComponent(first.next ?? "")}`),
      200,
    );
    const seen = [...first.sessions, ...second.sessions].map(({ id }) => id);
    expect(seen.toSorted()).toEqual(opened.toSorted());
    expect(second.next).toBeUndefined();
    for (const id of opened) await done("DELETE", `/sessions/${id}`);
    expect(await bodyOf(await ask("GET", "/sessions"), 200)).toEqual({ sessions: [] });
  });

  it("looks at a session's quality and ends it; another tenant's is as one that is not there", async () => {
    const { session } = await seat();
    const stranger = await new TenantWorld().key();
    const nowhere = newSession();
    for (const [method, after] of [
      ["GET", "/quality"],
      ["DELETE", ""],
    ] as const) {
      const answer = await ask(method, `/sessions/${session}${after}`, stranger);
      const nothing = await ask(method, `/sessions/${nowhere}${after}`, stranger);
      expect([answer.status, await answer.text()]).toEqual([404, await nothing.text()]);
    }
    expect(await bodyOf(await ask("GET", `/sessions/${session}/quality`), 200)).toMatchObject({ seats: [] });
    await done("DELETE", `/sessions/${session}`);
    expect(await audited("session.ended")).toMatchObject([{ session, actor: `key:${readApiKey(token)?.id}` }]);
    await fleet.become({ "rack/a": "free", "rack/b": "free" });
    // It has ended, and is known for a while.
    await done("DELETE", `/sessions/${session}`);
    await bodyOf(await ask("GET", `/sessions/${session}/quality`), 200);
    await expectProblem(await ask("GET", `/sessions/${session}/quality`, stranger), 404, "no-such-session");
  });

  it("with which the deployment's own token sees every session, and ends it in the tenant's audit log", async () => {
    const { session } = await seat();
    await bodyOf(await callAsAdmin("GET", `/api/v1/sessions/${session}/quality`), 200);
    expect((await callAsAdmin("DELETE", `/api/v1/sessions/${session}`)).status).toBe(204);
    expect(await audited("session.ended")).toMatchObject([{ session, actor: "admin-token" }]);
  });

  it.each([
    ["GET", "/devices", "devices:read"],
    ["GET", "/hosts", "devices:read"],
    ["POST", "/hosts", "devices:write", { host: "other" }],
    ["DELETE", "/hosts/rack", "devices:write"],
    ["DELETE", "/devices/rack/a", "devices:write"],
    ["POST", "/devices/rack/a/restore", "devices:write"],
    ["GET", "/sessions", "sessions:read"],
  ] as const)("%s %s needs the scope %s, and that alone", async (method, path, scope: Scope, body?: object) => {
    const query = body === undefined && path !== "/sessions" ? `?region=${region}` : "";
    const others = await world.key(SCOPES.filter((one) => one !== scope));
    await expectProblem(await ask(method, `${path}${query}`, others, body), 403, "forbidden");
    const answer = await ask(method, `${path}${query}`, await world.key([scope]), body);
    expect([200, 201, 204]).toContain(answer.status);
  });
});

describe("H-9 a host that is revoked", () => {
  it("loses its sockets and its sessions, is nobody's any more, and comes back when it is enrolled anew", async () => {
    const old = await enrolment("rack-9");
    const { peer: agent } = await openSocket("/api/v1/hosts/connect", old);
    hello(agent, ["demo"]);
    await agent.ordered("welcome");
    const watching = await viewer(await seat(token, { device: "rack-9/demo" }));
    await done("DELETE", `/hosts/rack-9?region=${region}`);
    expect((await agent.closing()).code).toBe(CLOSE.revoked.code);
    expect((await watching.closing()).code).toBe(CLOSE.revoked.code);
    await fleet.become({ "rack/a": "free", "rack/b": "free" });
    const { peer: again } = await openSocket("/api/v1/hosts/connect", old);
    expect((await again.closing()).code).toBe(CLOSE.ticketRefused.code);
    const { peer: anew } = await openSocket("/api/v1/hosts/connect", await enrolment("rack-9"));
    hello(anew, ["demo"]);
    await anew.ordered("welcome");
    await fleet.become({ "rack/a": "free", "rack/b": "free", "rack-9/demo": "free" });
    expect(await audited("host.")).toMatchObject([
      { action: "host.enrolled", subject: "host:rack-9" },
      { action: "host.revoked" },
      { action: "host.enrolled" },
    ]);
  });

  it("before it ever came is refused when it comes", async () => {
    const old = await enrolment("rack-9");
    await done("DELETE", `/hosts/rack-9?region=${region}`);
    const { peer } = await openSocket("/api/v1/hosts/connect", old);
    expect((await peer.closing()).code).toBe(CLOSE.ticketRefused.code);
  });

  it("is not another tenant's host of the same name", async () => {
    await done("DELETE", `/hosts/rack?region=${region}`, await new TenantWorld().key());
    expect(await fleet.states()).toEqual({ "rack/a": "free", "rack/b": "free" });
  });
});

describe("a device that is revoked", () => {
  it("is taken from whoever has it, and given to nobody until it is restored", async () => {
    const watching = await viewer(await seat(token, { device: "rack/a" }));
    await done("DELETE", `/devices/rack/a?region=${region}`);
    expect((await watching.closing()).code).toBe(CLOSE.revoked.code);
    await fleet.become({ "rack/a": "revoked", "rack/b": "free" });
    await expectProblem(await ask("POST", "/sessions", token, { region, device: "rack/a" }), 503, "device-offline");
    expect((await seat()).session).toBeTruthy();
    await expectProblem(await ask("POST", "/sessions", token, { region }), 503, "no-free-device");
    await done("POST", `/devices/rack/a/restore?region=${region}`);
    await seat(token, { device: "rack/a" });
    expect(await audited("device.")).toMatchObject([
      { action: "device.revoked", subject: "device:rack/a" },
      { action: "device.restored" },
    ]);
  });

  it("that is another tenant's, or none, is not there", async () => {
    const stranger = await new TenantWorld().key();
    for (const path of [`/devices/rack/a?region=${region}`, `/devices/rack/nothing?region=${region}`]) {
      await expectProblem(await ask("DELETE", path, stranger), 404, "no-such-device");
    }
    await expectProblem(await ask("POST", "/devices/rack/c/restore", token), 404, "no-such-device");
    expect(await fleet.states()).toEqual({ "rack/a": "free", "rack/b": "free" });
  });
});

describe("R-3 a key that is revoked", () => {
  it("takes along what was opened with it, and nothing else", async () => {
    const [theirs, other] = [await world.key(["sessions:write"]), await world.key(["sessions:write"])];
    const [gone, stays] = [await viewer(await seat(theirs)), await viewer(await seat(other))];
    await done("DELETE", `/tenant/keys/${readApiKey(theirs)?.id}`);
    expect((await gone.closing()).code).toBe(CLOSE.revoked.code);
    await stays.settled();
    expect(stays.closed).toBeUndefined();
    expect(await audited("access.ended")).toMatchObject([{ subject: `key:${readApiKey(theirs)?.id}` }]);
  });

  it("while it opens a session gives no seat", async () => {
    const id = readApiKey(await world.key(["sessions:write"]))?.id ?? "";
    granted(await world.stub.revokeKey(EVERYTHING, id));
    const terms = { rights: ["view"], allowance: {}, times: {} } as const;
    const late = { session: newSession(), seat: "s", rights: ["view"], terms, actor: `key:${id}`, place: {} } as const;
    expect(await world.stub.seated(late)).toEqual({ seated: false, refusal: "not-allowed" });
  });
});
