import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CLOSE, hostChannel, viewerChannel } from "#protocol";
import { sessionStub } from "../../../edge/session/index.ts";
import { bodyOf, call, openSocket, redeem, type SeatBody } from "../support/api.ts";
import { device, FleetWorld } from "../support/fleet-world.ts";
import type { Peer } from "../support/peer.ts";
import { EVERYTHING, granted, TenantApi, TenantWorld } from "../support/tenant-world.ts";

const TENANT = { to: "tenant" } as const;

let world: TenantWorld;
let api: TenantApi;
let token: string;
let region: string;

beforeEach(async () => {
  world = new TenantWorld();
  token = await world.key();
  api = new TenantApi(token);
  region = crypto.randomUUID();
  const host = await new FleetWorld(region, world.tenant).host("rack-1", ["a", "b", "c"]);
  const apps = [{ id: "notes", name: "Notes" }];
  host.send(hostChannel.write({ type: "devices", devices: ["a", "b", "c"].map((id) => ({ ...device(id), apps })) }));
});

interface Sitting {
  readonly seat: SeatBody;
  readonly peer: Peer;
}

async function watching(response: Response): Promise<Sitting> {
  const seat = await bodyOf<SeatBody>(response, 201);
  const { peer } = await openSocket(seat.viewerUrl, seat.ticket);
  peer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
  await peer.said("welcome");
  return { seat, peer };
}

async function sit(person: string, wish: object = {}): Promise<Sitting> {
  return await watching(await call("POST", "/api/v1/sessions", { token, body: { region, person, ...wish } }));
}

async function addPolicy(binding: object, rest: object): Promise<string> {
  return (await api.ok<{ id: string }>("POST", "/policies", { name: "x", binding, ...rest }, 201)).id;
}

/** What the seat is told of its rights by this, and not before. */
async function rightsAfter(peer: Peer, act: () => Promise<unknown>) {
  const from = peer.texts.length;
  await act();
  return await peer.said("rights", from);
}

const deny = (...names: string[]) => ({
  capabilities: Object.fromEntries(names.map((name) => [name, { effect: "deny" }])),
});

async function log(action: string): Promise<{ readonly subject?: string; readonly detail?: object }[]> {
  const { lines } = await world.stub.audit(EVERYTHING, { after: 0, limit: 10_000, action });
  return lines.flatMap((line) => JSON.parse(line).event ?? []);
}

describe("a policy that changes", () => {
  it("R-4 reaches who sits there before the answer does, and nobody else", async () => {
    const [ada, bob] = [await world.person("ada"), await world.person("bob")];
    const [one, other] = [await sit(ada), await sit(bob)];
    const id = await addPolicy({ to: "person", id: ada }, deny("touch", "clipboard-to-device"));
    const told = await one.peer.said("rights");
    expect(told.rights).not.toContain("touch");
    expect(told.rights).toContain("view");
    expect(told.allowance).toEqual({ clipboardToDevice: { perMinute: 0 } });
    const put = { name: "x", binding: { to: "person", id: ada }, ...deny("audio") };
    const next = await rightsAfter(one.peer, () => api.ok("PUT", `/policies/${id}`, put));
    expect(next.rights).not.toContain("audio");
    const last = await rightsAfter(one.peer, () => api.gone(`/policies/${id}`));
    expect(last.rights).toEqual(expect.arrayContaining(["audio", "touch", "clipboard"]));
    expect(last.allowance).toBeUndefined();
    await other.peer.settled();
    expect(other.peer.heard("rights")).toEqual([]);
    const changed = await log("seat.changed");
    expect(changed).toHaveLength(3);
    expect(changed[0]).toMatchObject({ subject: `seat:${one.seat.seat}`, detail: { because: `policy:${id}` } });
  });

  it("R-4 that takes the picture away closes the seat as revoked, with what it was shown", async () => {
    const ada = await sit(await world.person("ada"));
    await addPolicy(TENANT, deny("view"));
    expect((await ada.peer.closing()).code).toBe(CLOSE.revoked.code);
    expect(await log("access.ended")).toHaveLength(1);
    const again = await call("POST", "/api/v1/sessions", { token, body: { region, person: "ada", rights: ["view"] } });
    expect(again.status).toBe(403);
  });

  it("R-4 of the place closes who would not be let in now", async () => {
    const ada = await sit(await world.person("ada"));
    await addPolicy(TENANT, { session: { countries: ["DE"] } });
    expect((await ada.peer.closing()).code).toBe(CLOSE.revoked.code);
  });

  it("R-4 for a link, or an app, is of those who came by it", async () => {
    const link = async (wish: object) =>
      await bodyOf<{ link: string; grant: string }>(
        await call("POST", "/api/v1/links", { token, body: { region, ...wish } }),
        201,
      );
    const [first, second] = [await link({}), await link({})];
    const [one, other] = [await watching(await redeem(first.grant)), await watching(await redeem(second.grant))];
    const notes = await sit(await world.person("ada"), { app: "notes" });
    await addPolicy({ to: "link", id: first.link }, deny("keyboard"));
    expect((await one.peer.said("rights")).rights).not.toContain("keyboard");
    await addPolicy({ to: "app", id: "notes" }, deny("home-recents"));
    expect((await notes.peer.said("rights")).allowance).toEqual({ singleApp: true });
    await other.peer.settled();
    expect([other.peer.heard("rights"), one.peer.heard("rights").length]).toEqual([[], 1]);
  });

  it("R-4 S-13 brings limits of time to who sits there", async () => {
    const ada = await sit(await world.person("ada"));
    await addPolicy(TENANT, { session: { lengthSeconds: 60 } });
    const { reason, at } = await ada.peer.said("ending");
    expect(reason).toBe("length");
    expect((at ?? 0) / 1_000 - Date.now()).toBeLessThanOrEqual(60_000);
  });
});

describe("a person who changes", () => {
  it("R-4 by a role has what that gives", async () => {
    const id = await world.person("ada");
    const ada = await sit(id);
    await api.ok("PATCH", `/people/${id}`, { role: "support" });
    const { rights, allowance } = await ada.peer.said("rights");
    expect([rights, allowance]).toEqual([["view", "audio", "touch", "keyboard"], { asksToSteer: true }]);
    await api.ok("PATCH", `/people/${id}`, { role: "auditor" });
    expect((await ada.peer.closing()).code).toBe(CLOSE.revoked.code);
  });

  it.each([
    ["the API", (id: string, members: readonly string[]) => api.ok("PATCH", `/groups/${id}`, { members })],
    [
      "SCIM",
      async (id: string, members: readonly string[]) => {
        const body = JSON.stringify({ displayName: "sales", members: members.map((value) => ({ value })) });
        const answer = await world.stub.scimWrite(EVERYTHING, "Group", { op: "put", id, body });
        expect(answer.done).toBe(true);
      },
    ],
  ])("R-4 by a group that %s fills has what is said of that, and as long as they are in it", async (_, fill) => {
    const [ada, bob] = [await world.person("ada"), await world.person("bob")];
    const sales = granted(await world.stub.addGroup(EVERYTHING, { name: "sales", members: [] })).id;
    await addPolicy({ to: "group", id: sales }, deny("audio"));
    const [one, other] = [await sit(ada), await sit(bob)];
    expect((await rightsAfter(one.peer, () => fill(sales, [ada]))).rights).not.toContain("audio");
    expect((await rightsAfter(one.peer, () => fill(sales, []))).rights).toContain("audio");
    await other.peer.settled();
    expect(other.peer.heard("rights")).toEqual([]);
  });
});

describe("a session that cannot be reached", () => {
  it("R-4 is told by the alarm, also after an eviction, what holds by then", async () => {
    const ada = await sit(await world.person("ada"));
    const { session, seat } = ada.seat;
    // As a change leaves it that was cut off before it reached the session.
    const held = { rights: ["view", "keyboard"], allowance: { singleApp: true }, times: {} };
    await runInDurableObject(world.stub, (_object, { storage }) => {
      storage.sql.exec("UPDATE seat SET held = ?, due = 0 WHERE seat = ?", JSON.stringify(held), seat);
    });
    await evictDurableObject(world.stub);
    await runInDurableObject(world.stub, async (object) => {
      // Safe: the namespace is of this class, which has an alarm.
      await (object as unknown as { alarm(): Promise<void> }).alarm();
    });
    expect(await ada.peer.said("rights")).toMatchObject({ rights: held.rights, allowance: held.allowance });
    const due = await runInDurableObject(world.stub, (_object, { storage }) =>
      storage.sql.exec("SELECT due FROM seat").one(),
    );
    expect(due).toEqual({ due: null });
    expect(await sessionStub(env.SESSION, session).change([])).toBeUndefined();
  });
});

it("R-4 a policy that changes while a seat is given holds for that seat", async () => {
  const ada = await world.person("ada");
  const opened = Array.from({ length: 3 }, () => sit(ada));
  const policy = addPolicy({ to: "person", id: ada }, deny("touch"));
  const seats = await Promise.all(opened);
  await policy;
  for (const { peer } of seats) {
    const rights = () => (peer.heard("rights").at(-1) ?? peer.heard("welcome").at(-1))?.rights;
    await vi.waitFor(() => expect(rights()).not.toContain("touch"));
  }
});
