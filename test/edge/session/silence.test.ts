import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ALIVE, CLOSE, originChannel } from "#protocol";
import { MirrorWorld } from "../mirror/world.ts";
import { FleetWorld, hello } from "../support/fleet-world.ts";
import { connect, type Peer } from "../support/peer.ts";
import { SessionWorld, videoFrame } from "./world.ts";

const HELLO = originChannel.write({ type: "hello", protocol: 1, agent: "test", resumed: false });

// Time is the object's: it is moved on, and its alarm rings.

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

async function pass(stub: DurableObjectStub<undefined>, milliseconds: number): Promise<void> {
  vi.setSystemTime(Date.now() + milliseconds);
  await runDurableObjectAlarm(stub);
}

async function asked(peer: Peer, times: number): Promise<void> {
  await vi.waitFor(() => expect(peer.probes).toBe(times));
}

it("M-12 a viewer that died without a word is asked, then closed, and its seat has its grace", async () => {
  const world = await new SessionWorld().open();
  await world.origin();
  const { peer: alive } = await world.viewer();
  const { peer: dead, seat } = await world.viewer(undefined, true);
  await pass(world.stub, 45_000);
  await asked(alive, 1);
  await asked(dead, 1);
  await alive.settled();
  await pass(world.stub, 15_000);
  expect((await dead.closing()).code).toBe(CLOSE.silent.code);
  await alive.settled();
  expect(alive.closed).toBeUndefined();
  // It may come back as who it was.
  await world.seated(seat);
});

it("M-12 an agent that died without a word is away, and the session ends when it stays so", async () => {
  const world = await new SessionWorld().open();
  const origin = await connect(world.stub, { role: "origin", session: world.session }, undefined, undefined, true);
  origin.send(HELLO);
  await origin.told("welcome");
  const { peer: viewer } = await world.viewer();
  await pass(world.stub, 45_000);
  await asked(origin, 1);
  await asked(viewer, 1);
  await viewer.settled();
  await pass(world.stub, 15_000);
  expect((await origin.closing()).code).toBe(CLOSE.silent.code);
  expect((await viewer.said("origin")).state).toBe("away");
  await pass(world.stub, 60_000);
  expect((await viewer.closing()).code).toBe(CLOSE.deviceOffline.code);
});

it("M-12 who says something, or pings, is not asked", async () => {
  // The platform notes pings by its own clock, which goes on as ever: to the object they come in 50 s.
  vi.setSystemTime(Date.now() - 50_000);
  const world = await new SessionWorld().open();
  const origin = await world.origin();
  const { peer: quiet } = await world.viewer();
  const { peer: pings } = await world.viewer();
  await pings.settled();
  await pass(world.stub, 40_000);
  origin.send(videoFrame(0, true));
  await quiet.frameCount(1);
  await pass(world.stub, 10_000);
  await asked(quiet, 1);
  await pings.frameCount(1);
  expect([origin.probes, pings.probes]).toEqual([0, 0]);
});

it("M-12 a question outlives the sleep that comes before its answer, and so does the answer", async () => {
  const world = await new SessionWorld().open();
  await world.origin();
  const { peer: alive } = await world.viewer();
  const { peer: dead } = await world.viewer(undefined, true);
  await pass(world.stub, 45_000);
  await asked(alive, 1);
  await asked(dead, 1);
  await alive.settled();
  await evictDurableObject(world.stub, { webSockets: "hibernate" });
  await pass(world.stub, 15_000);
  expect((await dead.closing()).code).toBe(CLOSE.silent.code);
  expect(alive.closed).toBeUndefined();
});

it("M-12 an alarm rings for the question and for the answer, also after a sleep", async () => {
  const world = await new SessionWorld().open();
  await world.origin();
  const { peer } = await world.viewer(undefined, true);
  const alarm = () => runInDurableObject(world.stub, (_object, { storage }) => storage.getAlarm());
  expect(await alarm()).toBeLessThanOrEqual(Date.now() + 45_000);
  await evictDurableObject(world.stub, { webSockets: "hibernate" });
  await pass(world.stub, 45_000);
  await asked(peer, 1);
  await vi.waitFor(async () => expect(await alarm()).toBeLessThanOrEqual(Date.now() + 15_000));
});

it("M-12 an answer is heard after a sleep too, whatever else was noted of its seat meanwhile, and counts from then on", async () => {
  const world = await new SessionWorld().open();
  const origin = await world.origin();
  const { peer } = await world.viewer(undefined, true);
  await pass(world.stub, 45_000);
  await asked(peer, 1);
  origin.send(videoFrame(0, true));
  await peer.frameCount(1);
  await evictDurableObject(world.stub, { webSockets: "hibernate" });
  peer.send(ALIVE);
  await peer.settled();
  await evictDurableObject(world.stub, { webSockets: "hibernate" });
  await pass(world.stub, 40_000);
  expect([peer.closed, peer.probes]).toEqual([undefined, 1]);
});

it("M-12 an answer that nobody asked for is a fault", async () => {
  const world = await new SessionWorld().open();
  const { peer } = await world.viewer();
  peer.send(ALIVE);
  expect((await peer.closing()).code).toBe(CLOSE.protocolFault.code);
});

it("M-12 a viewer at a mirror that died without a word is closed there, and its seat has its grace at the home", async () => {
  const world = await new MirrorWorld().open();
  await world.origin();
  const dead = await world.viewerNear("apac", undefined, true);
  const alive = await world.viewerNear("apac");
  const mirror = world.mirror(dead.mirror ?? "");
  await pass(mirror, 45_000);
  await asked(dead.peer, 1);
  await asked(alive.peer, 1);
  await alive.peer.settled();
  await pass(mirror, 15_000);
  expect((await dead.peer.closing()).code).toBe(CLOSE.silent.code);
  await alive.peer.settled();
  expect(alive.peer.closed).toBeUndefined();
  await world.seatedAt(dead.mirror, dead.seat);
});

it("M-12 a host that died without a word is offline", async () => {
  const world = new FleetWorld();
  const dead = await world.dial("rack-1", true);
  hello(dead, ["demo"]);
  await dead.ordered("welcome");
  const alive = await world.host("rack-2");
  await pass(world.stub, 45_000);
  await asked(dead, 1);
  await asked(alive, 1);
  await alive.settled();
  await pass(world.stub, 15_000);
  expect((await dead.closing()).code).toBe(CLOSE.silent.code);
  await world.become({ "rack-1/demo": "offline", "rack-2/demo": "free" });
});
