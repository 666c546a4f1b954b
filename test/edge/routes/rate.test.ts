import { describe, expect, it } from "vitest";
import { subscriberOf } from "../../../edge/access/index.ts";
import { anywhere, bodyOf, call, expectProblem, newLink, type SeatBody } from "../support/api.ts";
import { FleetWorld, newSession } from "../support/fleet-world.ts";
import { TenantWorld } from "../support/tenant-world.ts";

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
}

async function ask({ method, path, ...options }: Ask, address: string): Promise<Response> {
  return await call(method, path, { ...options, headers: { "CF-Connecting-IP": address } });
}

/** Asks so often, and once more. @returns the first answers' statuses, and the last answer */
async function askMany(what: Ask, address: string, limit: number) {
  const statuses = new Set<number>();
  let asked = 0;
  let last = await ask(what, address);
  // The platform counts by the minute of its clock: where one ends meanwhile, the count begins anew, and once at most.
  while (last.status !== 429 && asked <= 2 * limit) {
    statuses.add(last.status);
    asked += 1;
    last = await ask(what, address);
  }
  expect(asked).toBeGreaterThanOrEqual(limit);
  return { statuses: [...statuses], last };
}

const ANYBODY = [
  ["redeems links", { method: "POST", path: "/api/v1/links/redeem", body: { grant: "x" } }, 300, 403],
  ["asks for tickets", { method: "POST", path: `/api/v1/sessions/${newSession()}/tickets`, token: "x" }, 600, 404],
  ["shows keys that are none", { method: "GET", path: "/api/v1/tenant/people", token: "ngk_x" }, 100, 401],
  [
    "tries the bootstrap secret",
    { method: "POST", path: "/api/v1/tenant/bootstrap", token: "x", body: { userName: "a", name: "A" } },
    100,
    401,
  ],
  ["shows wrong keys to SCIM", { method: "GET", path: "/scim/v2/Users", token: "x" }, 100, 401],
] as const satisfies readonly (readonly [string, Ask, number, number])[];

describe("one address that", () => {
  it.each(ANYBODY)("%s too often is told so, and no other is", async (_words, what, limit, usual) => {
    const address = anywhere();
    const { statuses, last } = await askMany(what, address, limit);
    expect(statuses).toEqual([usual]);
    expect([last.status, last.headers.get("Retry-After")]).toEqual([429, "60"]);
    // Out of the same 64 bits of IPv6.
    expect((await ask(what, address.replace(/::1$/, ":a:b:c:d"))).status).toBe(429);
    expect((await ask(what, anywhere())).status).toBe(usual);
  });

  it("has shown too many wrong keys goes on with a good one: nobody shuts out a neighbour", async () => {
    const address = anywhere();
    const wrong = { method: "GET", path: "/api/v1/tenant/people" } as const;
    const { last } = await askMany({ ...wrong, token: "ngk_x" }, address, 100);
    await expectProblem(last, 429, "too-many-requests");
    await bodyOf(await ask({ ...wrong, token: await new TenantWorld().key() }, address), 200);
    // Whoever shows nothing is asked for something, as always.
    await expectProblem(await ask(wrong, address), 401, "unauthorized");
  });

  it("cannot use a link, again and again, is shut out of it, and of no other; others go on with it", async () => {
    const region = crypto.randomUUID();
    await new FleetWorld(region).host("rack", ["a", "b", "c"]);
    const [once, shared] = [await newLink({ region, uses: 1 }), await newLink({ region, shared: true })];
    const address = anywhere();
    const redeem = (grant: string) => ({ method: "POST", path: "/api/v1/links/redeem", body: { grant } });
    await bodyOf<SeatBody>(await ask(redeem(once.grant), address), 201);
    const { statuses, last } = await askMany(redeem(once.grant), address, 100);
    expect(statuses).toEqual([410]);
    expect(last.headers.get("Retry-After")).toBe("60");
    await expectProblem(last, 429, "too-many-requests");
    await expectProblem(await ask(redeem(once.grant), anywhere()), 410, "link-used-up");
    await bodyOf(await ask(redeem(shared.grant), address), 201);
  });

  it("shows somebody else's link, again and again, is told no more of why", async () => {
    const { grant } = await newLink({ audience: "ada@example.com" });
    const what = { method: "POST", path: "/api/v1/links/redeem", body: { grant } };
    const { statuses, last } = await askMany(what, anywhere(), 100);
    expect(statuses).toEqual([403]);
    await expectProblem(last, 429, "too-many-requests");
    await expectProblem(await ask(what, anywhere()), 403, "link-for-another");
  });
});

describe("a subscriber", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["nonsense", "nonsense"],
  ])("is for %s counted as %s", (address, subscriber) => {
    expect(subscriberOf(address)).toBe(subscriber);
  });
});
