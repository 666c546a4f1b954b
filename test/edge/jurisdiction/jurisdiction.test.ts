import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { fleetName, fleetStub } from "../../../edge/fleet/index.ts";
import { jurisdictionOf, jurisdictionOfSession, regionWithin, within } from "../../../edge/jurisdiction/index.ts";
import { mirrorStub } from "../../../edge/mirror-link/index.ts";
import { createRelay } from "../../../edge/relay/index.ts";
import { newSessionId, SESSION_ID, sessionStub } from "../../../edge/session/index.ts";
import { mirrorFor } from "../../../edge/session/mirror-for.ts";
import { tenantStub } from "../../../edge/tenant/index.ts";
import { bodyOf, call, openSocket, type SeatBody } from "../support/api.ts";
import { device, FleetWorld } from "../support/fleet-world.ts";
import { TenantWorld } from "../support/tenant-world.ts";

const UUID = "3f0e6c1a-4b1d-4c9e-8f43-0a9d0c7b2f11";

/** What a namespace is asked for: in which jurisdiction, by which name, near where. workerd has none. */
function asked(ask: (namespace: never) => unknown): readonly unknown[] {
  const words: unknown[] = [];
  const part = (jurisdiction: string | undefined) => ({
    jurisdiction: part,
    idFromName: (name: string) => [jurisdiction, name],
    get: (id: unknown[], options?: { readonly locationHint?: string }) => words.push(...id, options?.locationHint),
  });
  // Safe: these are the methods that are used.
  ask(part(undefined) as never);
  return words;
}

describe("where a tenant's objects stay", () => {
  it.each([
    ["acme.eu", "eu"],
    ["a.b.us", "us"],
    ["gov.fedramp-high", "fedramp-high"],
    ["default", undefined],
    ["acme.example", undefined],
    [".eu", undefined],
    ["eu", undefined],
    ["acme.eu.x", undefined],
    ["acme.toString", undefined],
  ])("is said by its name: %s", (tenant, jurisdiction) => {
    expect(jurisdictionOf(tenant)).toBe(jurisdiction);
  });

  it.each([
    ["acme.eu", "weur", `eu.weur-${UUID}`],
    ["acme.eu", "eeur", `eu.eeur-${UUID}`],
    ["acme.eu", "apac-ne", `eu.weur-${UUID}`],
    ["acme.us", "weur", `us.enam-${UUID}`],
    ["gov.fedramp-high", "wnam", `fedramp-high.wnam-${UUID}`],
    ["acme", "apac-ne", `apac-ne-${UUID}`],
  ] as const)("is said by the ids of its sessions, with a region within: %s near %s", (tenant, near, session) => {
    expect(newSessionId(near, UUID, tenant)).toBe(session);
    expect(jurisdictionOfSession(session)).toBe(jurisdictionOf(tenant));
    expect(SESSION_ID.exec(session)?.[1]).toBe(regionWithin(jurisdictionOf(tenant), near));
  });

  it.each([`de.weur-${UUID}`, `.weur-${UUID}`, `eu.eu.weur-${UUID}`, `euweur-${UUID}`])(
    "is no such id: %s",
    (session) => {
      expect(SESSION_ID.test(session)).toBe(false);
      expect(jurisdictionOfSession(session) === undefined || session.startsWith("eu.")).toBe(true);
    },
  );

  it("is where the platform is told to make each of them", () => {
    const session = newSessionId("apac", UUID, "acme.eu");
    expect([
      asked((namespace) => tenantStub(namespace, "acme.eu")),
      asked((namespace) => fleetStub(namespace, fleetName("acme.eu", "local"))),
      asked((namespace) => sessionStub(namespace, session)),
      asked((namespace) => mirrorStub(namespace, session, "eeur-1")),
    ]).toEqual([
      ["eu", "v1:acme.eu", undefined],
      ["eu", "v1:acme.eu:local", undefined],
      ["eu", `v1:eu.weur-${UUID}`, "weur"],
      ["eu", `v1:eu.weur-${UUID}:eeur-1`, "eeur"],
    ]);
    const anywhere = newSessionId("apac", UUID, "acme");
    expect([
      asked((namespace) => tenantStub(namespace, "acme")),
      asked((namespace) => fleetStub(namespace, fleetName("acme", "local"))),
      asked((namespace) => sessionStub(namespace, anywhere)),
      asked((namespace) => mirrorStub(namespace, anywhere, "eeur-1")),
    ]).toEqual([
      [undefined, "v1:acme", undefined],
      [undefined, "v1:acme:local", undefined],
      [undefined, `v1:apac-${UUID}`, "apac"],
      [undefined, `v1:apac-${UUID}:eeur-1`, "eeur"],
    ]);
  });

  it("is nowhere else when the platform refuses it", () => {
    const refuse = () => {
      throw new Error("not for this account");
    };
    // Safe: nothing else of it is asked.
    const namespace = { jurisdiction: refuse } as unknown as DurableObjectNamespace;
    expect(() => within("fedramp", namespace)).toThrow("not for this account");
    expect(within("eu", env.TENANT)).toBe(env.TENANT);
  });

  it("is where a viewer who is outside of it comes to", () => {
    const state = (tenant: string) => createRelay(newSessionId("weur", UUID, tenant), device("demo"), 0);
    expect(mirrorFor(state("acme"), "apac-ne")).toEqual({ mirror: "apac-ne-1" });
    expect(mirrorFor(state("acme.eu"), "apac-ne")).toEqual({ mirror: undefined });
    expect(mirrorFor(state("acme.eu"), "eeur")).toEqual(mirrorFor(state("acme"), "eeur"));
  });
});

it("a session of such a tenant is opened, watched, and told of to that tenant", async () => {
  const world = new TenantWorld(`${crypto.randomUUID().slice(0, 8)}.eu`);
  const region = crypto.randomUUID();
  const fleet = new FleetWorld(region, world.tenant);
  await fleet.host("rack-1", ["a"]);
  const options = { token: await world.key(), body: { region } };
  const seat = await bodyOf<SeatBody>(await call("POST", "/api/v1/sessions", options), 201);
  expect(seat.session).toMatch(/^eu\.weur-/);
  const { peer, chosen } = await openSocket(seat.viewerUrl, seat.ticket);
  expect([chosen, peer.closed]).toEqual(["nearglass.v1", undefined]);
  const sessions = await runInDurableObject(world.stub, (_object, { storage }) =>
    storage.sql.exec<{ id: string }>("SELECT id FROM session").toArray(),
  );
  expect(sessions).toEqual([{ id: seat.session }]);
});
