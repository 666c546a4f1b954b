import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { originChannel, viewerChannel } from "#protocol";
import { sessionStub } from "../../../../edge/session/index.ts";
import type { Use } from "../../../../edge/tenant/contract.ts";
import { bodyOf, call, openSocket, type SeatBody } from "../../support/api.ts";
import { FleetWorld } from "../../support/fleet-world.ts";
import { connect, type Peer } from "../../support/peer.ts";
import { EVERYTHING, TenantWorld } from "../../support/tenant-world.ts";
import { SOON } from "./receiver.ts";

interface Event {
  readonly action: string;
  readonly actor: string;
  readonly subject: string;
  readonly session?: string;
  readonly detail: { readonly times: number };
}

const AT = Date.UTC(2026, 10, 24, 12);
const USED = /^(clipboard|app|lease|hardware)\./;

let world: TenantWorld;

beforeEach(async () => {
  world = new TenantWorld();
});

async function log(): Promise<Event[]> {
  const { lines } = await world.stub.audit(EVERYTHING, { after: 0, limit: 10_000 });
  return lines.flatMap((line) => JSON.parse(line).event ?? []);
}

async function used(): Promise<Event[]> {
  return (await log()).filter(({ action }) => USED.test(action));
}

/** As if the minute was over. */
async function pass(): Promise<void> {
  await runInDurableObject(world.stub, (_object, { storage }) => {
    storage.sql.exec("UPDATE usage SET due = 1");
  });
  await runDurableObjectAlarm(world.stub);
}

/** Somebody sits in a session and steers; its agent is there. */
async function scene(): Promise<{ seat: SeatBody; peer: Peer; origin: Peer; ada: string }> {
  const ada = await world.person("ada");
  const region = crypto.randomUUID();
  await new FleetWorld(region, world.tenant).host("rack-1", ["a"]);
  const options = { token: await world.key(), body: { region, person: ada } };
  const seat = await bodyOf<SeatBody>(await call("POST", "/api/v1/sessions", options), 201);
  const origin = await connect(sessionStub(env.SESSION, seat.session), { role: "origin", session: seat.session });
  origin.send(originChannel.write({ type: "hello", protocol: 1, agent: "test", resumed: false }));
  await origin.told("welcome");
  const { peer } = await openSocket(seat.viewerUrl, seat.ticket);
  peer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
  await peer.said("welcome");
  return { seat, peer, origin, ada };
}

describe("rights that a seat uses", () => {
  it("are told of once each, by whom and how much, before the seat is over, and never what was copied", async () => {
    const { seat, peer, origin, ada } = await scene();
    for (let index = 0; index < 15; index += 1)
      peer.send(viewerChannel.write({ type: "clipboard", text: "hush-hush" }));
    peer.send(viewerChannel.write({ type: "open-app", app: "a text of one's own" }));
    await origin.told("open-app");
    origin.send(originChannel.write({ type: "clipboard", text: "from the device" }));
    await peer.said("clipboard");
    peer.send(viewerChannel.write({ type: "bye" }));
    await vi.waitUntil(async () => (await log()).some(({ action }) => action === "seat.closed"), SOON);
    const whole = await log();
    const about = { actor: `person:${ada}`, session: seat.session, subject: `seat:${seat.seat}` };
    const span = { from: expect.any(String), until: expect.any(String) };
    expect((await used()).toSorted((a, b) => a.action.localeCompare(b.action))).toMatchObject([
      { ...about, action: "app.opened", detail: { times: 1, apps: [], ...span } },
      { ...about, action: "clipboard.sent", detail: { times: 15, bytes: 135, ...span } },
      { ...about, action: "clipboard.taken", detail: { times: 1, bytes: 15, ...span } },
      { ...about, action: "lease.taken", detail: { times: 1, ...span } },
    ]);
    const actions = whole.map(({ action }) => action);
    expect(actions.indexOf("seat.closed")).toBeGreaterThan(actions.indexOf("clipboard.sent"));
    expect(JSON.stringify(whole)).not.toMatch(/hush|of one's own|from the device/);
  });

  it("are told of while the seat goes on, some seconds later, and not again after a sleep", async () => {
    const { seat, peer } = await scene();
    peer.send(viewerChannel.write({ type: "clipboard", text: "x" }));
    const waiting = async () =>
      await runInDurableObject(world.stub, (_object, { storage }) =>
        storage.sql.exec("SELECT action FROM usage ORDER BY action").toArray(),
      );
    await vi.waitUntil(async () => (await waiting()).length === 2, SOON);
    await evictDurableObject(sessionStub(env.SESSION, seat.session));
    await evictDurableObject(world.stub);
    expect(await used()).toEqual([]);
    await pass();
    await vi.waitUntil(async () => (await used()).length === 2, SOON);
    peer.send(viewerChannel.write({ type: "clipboard", text: "y" }));
    await vi.waitUntil(async () => (await waiting()).length > 0, SOON);
    expect(await waiting()).toEqual([{ action: "clipboard.sent" }]);
  });

  it("of a seat that is revoked are told of as that person's", async () => {
    const { ada, peer, origin } = await scene();
    peer.send(viewerChannel.write({ type: "clipboard", text: "x" }));
    await origin.told("clipboard");
    await world.stub.revoke(EVERYTHING, { person: ada });
    await vi.waitUntil(async () => (await used()).length >= 2, SOON);
    expect((await used()).map(({ action, actor }) => [action, actor]).toSorted()).toEqual([
      ["clipboard.sent", `person:${ada}`],
      ["lease.taken", `person:${ada}`],
    ]);
  });

  it("however often they are used, make one event a minute", async () => {
    await world.person("ada");
    const use: Use = { action: "clipboard.sent", seat: "t1", times: 10, bytes: 20, from: AT, until: AT };
    const apps = (index: number): Use => ({
      ...{ action: "app.opened", seat: "t1", times: 1, from: AT, until: AT + index, apps: [`app-${index}`] },
    });
    for (let index = 0; index < 30; index += 1) {
      await world.stub.used("s1", [{ ...use, from: AT + index, until: AT + index }, apps(index)]);
    }
    const lent = { seat: "t1", times: 1, from: AT, until: AT + 60 } as const;
    await world.stub.used("s1", [
      { ...lent, action: "hardware.lent", kind: "camera" },
      { ...lent, action: "hardware.lent", kind: "location" },
      { ...lent, action: "lease.taken", before: "t2" },
    ]);
    await pass();
    await vi.waitUntil(async () => (await used()).length > 0, SOON);
    const span = { from: new Date(AT).toISOString(), until: new Date(AT + 29).toISOString() };
    const first = Array.from({ length: 16 }, (_, index) => `app-${index}`);
    expect((await used()).map(({ action, actor, subject, detail }) => ({ action, actor, subject, detail }))).toEqual(
      [
        { action: "app.opened", detail: { times: 30, apps: first, ...span } },
        { action: "clipboard.sent", detail: { times: 300, bytes: 600, ...span } },
        ...["camera", "location"].map((kind) => ({
          ...{ action: "hardware.lent", detail: { ...span, times: 1, kind, until: new Date(AT + 60).toISOString() } },
        })),
        {
          action: "lease.taken",
          detail: { ...span, times: 1, before: "seat:t2", until: new Date(AT + 60).toISOString() },
        },
      ].map((event) => ({ ...event, actor: "session", subject: "seat:t1" })),
    );
  });

  it("make no tenant of one that is none", async () => {
    await world.stub.used("s1", [{ action: "lease.taken", seat: "t1", times: 1, from: AT, until: AT }]);
    const tables = await runInDurableObject(world.stub, (_object, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'usage'").toArray(),
    );
    expect(tables).toEqual([]);
  });
});
