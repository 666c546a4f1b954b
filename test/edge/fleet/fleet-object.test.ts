import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { CLOSE, hostChannel, MAX_DEVICES_CHARS } from "#protocol";
import { signingKey, ticketKind, verifyToken } from "../../../edge/access/index.ts";
import type { FleetObject } from "../../../edge/fleet/index.ts";
import { sessionStub } from "../../../edge/session/index.ts";
import { device, FleetWorld, hello, newSession } from "../support/fleet-world.ts";

describe("hosts", () => {
  it("H-1 a host says hello and its devices are free", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1", ["a", "b"]);
    expect(await peer.ordered("welcome")).toEqual({ type: "welcome", protocol: 1, host: "rack-1" });
    await world.become({ "rack-1/a": "free", "rack-1/b": "free" });
    expect((await world.stub.devices())[0]?.device).toEqual(device("a"));
  });

  it("H-1 a new list of devices replaces the old one, and ends the session of a device that is gone", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1", ["a", "b"]);
    const session = await world.session({ device: "rack-1/a" });
    peer.send(hostChannel.write({ type: "devices", devices: [device("b"), device("c")] }));
    await world.become({ "rack-1/b": "free", "rack-1/c": "free" });
    await world.ended(session);
  });

  it.each([
    ["a message before hello", '{"type":"devices","devices":[]}', "protocolFault"],
    [
      "a hello of another version",
      '{"type":"hello","protocol":2,"agent":"x","devices":[],"serving":[]}',
      "versionUnsupported",
    ],
    ["what is no JSON", "{", "protocolFault"],
    ["a message for viewers", '{"type":"lease-request","want":true}', "protocolFault"],
    ["bytes", new ArrayBuffer(16), "protocolFault"],
    ["a text over the limit", " ".repeat(MAX_DEVICES_CHARS + 1), "messageTooBig"],
  ] as const)("H-4 %s closes that socket alone", async (_name, message, reason) => {
    const world = new FleetWorld();
    const other = await world.host("rack-2");
    const peer = await world.dial("rack-1");
    peer.send(message);
    expect(await peer.closing()).toEqual({ code: CLOSE[reason].code, reason: CLOSE[reason].words });
    await other.settled();
    expect(await world.states()).toEqual({ "rack-2/demo": "free" });
  });

  it("H-4 two devices with one id are a fault, and nothing of the list is kept", async () => {
    const world = new FleetWorld();
    const peer = await world.dial("rack-1");
    hello(peer, ["a", "a"]);
    expect((await peer.closing()).code).toBe(CLOSE.protocolFault.code);
    expect(await world.states()).toEqual({});
  });

  it("M-1 a second hello on one socket is a fault", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1");
    hello(peer, ["other"]);
    expect((await peer.closing()).code).toBe(CLOSE.protocolFault.code);
    expect(await world.states()).toEqual({ "rack-1/demo": "offline" });
  });

  it("H-3 a socket that says nothing is closed when its time is up", async () => {
    const world = new FleetWorld();
    const peer = await world.dial("rack-1");
    // As if it had been dialled earlier: the moment lies in the socket's own memory.
    await runInDurableObject(world.stub, (_object, state) => {
      for (const socket of state.getWebSockets())
        socket.serializeAttachment({ host: "rack-1", helloBy: Date.now() - 1 });
    });
    await evictDurableObject(world.stub);
    await vi.waitFor(async () => expect(await runDurableObjectAlarm(world.stub)).toBe(true));
    expect((await peer.closing()).code).toBe(CLOSE.helloTimeout.code);
  });

  it("H-3 its hello's deadline is an alarm", async () => {
    const world = new FleetWorld();
    const before = Date.now();
    await world.dial("rack-1");
    const alarm = await runInDurableObject(world.stub, (_object, { storage }) => storage.getAlarm());
    expect(alarm).toBeGreaterThanOrEqual(before + 10_000);
    expect(alarm).toBeLessThanOrEqual(Date.now() + 10_000);
  });

  it("H-5 a host that says bye is offline at once, its sessions end, and its socket is not kept", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1");
    const session = await world.session();
    peer.send(hostChannel.write({ type: "bye" }));
    expect((await peer.closing()).code).toBe(4000);
    await world.become({ "rack-1/demo": "offline" });
    await world.ended(session);
  });

  it.each([
    [1000, 1000],
    [undefined, 1000],
    [4100, 4100],
  ])("C-3 a host that closes with %s is answered with %s", async (code, answer) => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1");
    peer.close(code);
    expect((await peer.closing()).code).toBe(answer);
    await world.become({ "rack-1/demo": "offline" });
  });

  it("H-8 a host that connects again replaces its socket, whose late close changes nothing", async () => {
    const world = new FleetWorld();
    const first = await world.host("rack-1");
    const session = await world.session();
    const second = await world.host("rack-1", ["demo"], [session]);
    expect(await first.closing()).toEqual({ code: CLOSE.originReplaced.code, reason: CLOSE.originReplaced.words });
    await second.settled();
    expect(await world.states()).toEqual({ "rack-1/demo": "leased" });
    expect(await world.stub.lease({ session: newSession() })).toEqual({ leased: false, refusal: "no-free-device" });
    await world.stub.release(session);
    expect(await second.ordered("stop")).toEqual({ type: "stop", session });
  });

  it("H-8 nothing counts that still comes from a socket that was replaced", async () => {
    const world = new FleetWorld();
    await world.host("rack-1");
    const late: WebSocket[] = [];
    await runInDurableObject(world.stub, (_object, state) => void late.push(...state.getWebSockets()));
    const session = await world.session();
    const second = await world.host("rack-1", ["demo"], [session]);
    await runInDurableObject(world.stub, async (object) => {
      // Safe: this is the class that wrangler.toml names.
      const fleet = object as unknown as FleetObject;
      for (const socket of late) {
        fleet.webSocketMessage(socket, hostChannel.write({ type: "bye" }));
        fleet.webSocketClose(socket, 1006);
        fleet.webSocketError(socket);
      }
    });
    expect(late).toHaveLength(1);
    expect(await world.isOpen(session)).toBe(true);
    await world.stub.release(session);
    expect(await second.ordered("stop")).toEqual({ type: "stop", session });
  });
});

describe("device leases", () => {
  it("H-1 a lease is served by a ticket for this session's origin socket, and ended by a stop", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1");
    const session = await world.session();
    const serve = await peer.ordered("serve");
    expect(serve).toMatchObject({ session, device: "demo" });
    const ticket = await verifyToken(ticketKind, serve.ticket, await signingKey(env.SIGNING_KEY), Date.now());
    expect(ticket).toMatchObject({ verified: true, claims: { role: "origin", session } });
    await sessionStub(env.SESSION, session).end("ended");
    expect(await peer.ordered("stop")).toEqual({ type: "stop", session });
    await world.become({ "rack-1/demo": "free" });
    expect(await world.stub.renewLease(session)).toBe(false);
  });

  it("a host hears nothing of a device that is only set aside, and serves a session once", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1");
    const session = newSession();
    await world.stub.lease({ session });
    await peer.settled();
    expect(peer.texts.filter((text) => text.includes("serve"))).toHaveLength(0);
    const again = await world.host("rack-1");
    await again.settled();
    expect(again.texts.filter((text) => text.includes("serve"))).toHaveLength(0);
    expect([await world.stub.serve(session), await world.stub.serve(session)]).toEqual([true, true]);
    await again.settled();
    expect(again.texts.filter((text) => text.includes("serve"))).toHaveLength(1);
    expect(await world.stub.serve(newSession())).toBe(false);
  });

  it("one device is leased once, however many ask at the same moment", async () => {
    const world = new FleetWorld();
    await world.host("rack-1", ["a", "b", "c"]);
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.stub.lease({ session: newSession() })));
    const leased = answers.filter((answer) => answer.leased);
    expect(leased).toHaveLength(3);
    expect(new Set(leased.map((answer) => answer.device.id)).size).toBe(3);
  });

  it("a session that is shared is joined by all who come with its key, and made anew when it has ended", async () => {
    const world = new FleetWorld();
    await world.host("rack-1");
    const session = await world.session({ sharedBy: "link" });
    const joined = await world.stub.lease({ session: newSession(), sharedBy: "link" });
    expect(joined).toMatchObject({ leased: true, session, joined: true });
    expect(await world.stub.lease({ session: newSession(), sharedBy: "other" })).toMatchObject({ leased: false });
    await world.stub.release(session);
    const again = newSession();
    expect(await world.stub.lease({ session: again, sharedBy: "link" })).toMatchObject({
      session: again,
      joined: false,
    });
  });

  it("a named device is given or refused by its name", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1", ["a", "b"]);
    expect(await world.stub.lease({ session: newSession(), device: "rack-1/b" })).toMatchObject({
      device: { id: "b" },
    });
    expect(await world.stub.lease({ session: newSession(), device: "rack-1/b" })).toMatchObject({
      refusal: "no-free-device",
    });
    expect(await world.stub.lease({ session: newSession(), device: "rack-2/b" })).toMatchObject({
      refusal: "no-such-device",
    });
    peer.close(1000);
    await world.become({ "rack-1/a": "offline", "rack-1/b": "leased" });
    expect(await world.stub.lease({ session: newSession(), device: "rack-1/a" })).toMatchObject({
      refusal: "device-offline",
    });
  });

  it("H-6 a session that its host cannot serve ends, and the device is free", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1");
    const session = await world.session();
    peer.send(hostChannel.write({ type: "serve-failed", session, reason: "no camera" }));
    await world.ended(session);
    await world.become({ "rack-1/demo": "free" });
  });

  it("H-6 a host cannot end another host's session", async () => {
    const world = new FleetWorld();
    await world.host("rack-1");
    const session = await world.session();
    const other = await world.host("rack-2");
    other.send(hostChannel.write({ type: "serve-failed", session, reason: "mine now" }));
    await other.settled();
    expect(await world.isOpen(session)).toBe(true);
    expect(await world.states()).toMatchObject({ "rack-1/demo": "leased" });
  });

  it("a lease that was never served is dropped after a minute, one that was after half an hour without a sign", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1", ["a", "b"]);
    await world.stub.lease({ session: newSession(), device: "rack-1/a" });
    const served = await world.session({ device: "rack-1/b" });
    await world.pass(61_000);
    await world.become({ "rack-1/a": "free", "rack-1/b": "leased" });
    await world.pass(28 * 60_000);
    expect(await world.stub.renewLease(served)).toBe(true);
    await world.pass(29 * 60_000);
    expect(await world.states()).toMatchObject({ "rack-1/b": "leased" });
    await world.pass(2 * 60_000);
    await world.ended(served);
    expect(await peer.ordered("stop")).toEqual({ type: "stop", session: served });
    await world.become({ "rack-1/a": "free", "rack-1/b": "free" });
  });
});

describe("a host that goes away", () => {
  it("H-7 keeps its leases through its grace; then they are free, and their sessions end", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1", ["a", "b"]);
    const session = await world.session({ device: "rack-1/a" });
    peer.close(1000);
    await world.become({ "rack-1/a": "leased", "rack-1/b": "offline" });
    await world.pass(29_000);
    expect(await world.states()).toEqual({ "rack-1/a": "leased", "rack-1/b": "offline" });
    expect(await world.isOpen(session)).toBe(true);
    await world.pass(1_500);
    await world.become({ "rack-1/a": "offline", "rack-1/b": "offline" });
    await world.ended(session);
    expect(await world.stub.lease({ session: newSession() })).toEqual({ leased: false, refusal: "no-free-device" });
  });

  it("H-7 its grace is an alarm, and is not renewed by sockets that never say hello", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1");
    await world.session();
    const before = Date.now();
    peer.close(1000);
    await peer.closing();
    const due = async () =>
      await runInDurableObject(
        world.stub,
        (_object, { storage }) =>
          storage.sql.exec<{ away_until: number | null }>("SELECT away_until FROM host").one().away_until,
      );
    await vi.waitFor(async () => expect(await due()).toBeGreaterThanOrEqual(before + 30_000));
    const first = await due();
    (await world.dial("rack-1")).close(1000);
    await world.dial("rack-1");
    expect(await due()).toBe(first);
    expect(await runInDurableObject(world.stub, (_object, { storage }) => storage.getAlarm())).toBeLessThanOrEqual(
      Number(first),
    );
  });

  it("H-7 keeps its sessions when it comes back in time, and they are neither served again nor stopped", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1");
    const session = await world.session();
    peer.close(1000);
    await world.become({ "rack-1/demo": "leased" });
    const back = await world.host("rack-1", ["demo"], [session]);
    await world.pass(60_000);
    await back.settled();
    expect(back.texts.filter((text) => text !== "pong")).toHaveLength(1);
    expect(await world.isOpen(session)).toBe(true);
  });

  it("H-1 is told to serve again what it lost, and to stop what has ended meanwhile", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1", ["a", "b"]);
    const lost = await world.session({ device: "rack-1/a" });
    peer.close(1000);
    await world.become({ "rack-1/a": "leased", "rack-1/b": "offline" });
    const over = newSession();
    const back = await world.host("rack-1", ["a", "b"], [over]);
    expect(await back.ordered("serve")).toMatchObject({ session: lost, device: "a" });
    expect(await back.ordered("stop")).toEqual({ type: "stop", session: over });
  });

  it("is forgotten with its devices after a week", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1");
    await world.host("rack-2");
    peer.close(1000);
    await world.become({ "rack-1/demo": "offline", "rack-2/demo": "free" });
    await world.pass(7 * 24 * 60 * 60_000 - 60_000);
    expect(await world.states()).toEqual({ "rack-1/demo": "offline", "rack-2/demo": "free" });
    await world.pass(120_000);
    expect(await world.states()).toEqual({ "rack-2/demo": "free" });
  });
});

describe("sleep", () => {
  it("a hibernated fleet wakes with its hosts, devices and leases, and still reaches its hosts", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1", ["a", "b"]);
    const session = await world.session({ device: "rack-1/a" });
    await peer.ordered("serve");
    await evictDurableObject(world.stub, { webSockets: "hibernate" });
    expect(await world.states()).toEqual({ "rack-1/a": "leased", "rack-1/b": "free" });
    await evictDurableObject(world.stub, { webSockets: "hibernate" });
    peer.send(hostChannel.write({ type: "devices", devices: [device("a"), device("c")] }));
    await world.become({ "rack-1/a": "leased", "rack-1/c": "free" });
    await world.stub.release(session);
    expect(await peer.ordered("stop")).toEqual({ type: "stop", session });
  });

  it("a socket that was replaced before a sleep does not count after it", async () => {
    const world = new FleetWorld();
    const first = await world.host("rack-1");
    const second = await world.host("rack-1", ["x"]);
    await first.closing();
    await evictDurableObject(world.stub, { webSockets: "hibernate" });
    const session = await world.session();
    expect(await second.ordered("serve")).toMatchObject({ session, device: "x" });
  });

  it("H-7 a restart that took every socket gives hosts their grace, and they come back to their leases", async () => {
    const world = new FleetWorld();
    const peer = await world.host("rack-1", ["a", "b"]);
    const session = await world.session({ device: "rack-1/a" });
    await peer.ordered("serve");
    await evictDurableObject(world.stub, { webSockets: "close" });
    expect((await peer.closing()).code).toBe(1006);
    expect(await world.states()).toEqual({ "rack-1/a": "leased", "rack-1/b": "offline" });
    const alarm = await runInDurableObject(world.stub, (_object, { storage }) => storage.getAlarm());
    expect(alarm).toBeLessThanOrEqual(Date.now() + 30_000);
    const back = await world.host("rack-1", ["a", "b"], [session]);
    await world.pass(60_000);
    await back.settled();
    expect(await world.states()).toEqual({ "rack-1/a": "leased", "rack-1/b": "free" });
    expect(await world.isOpen(session)).toBe(true);
  });
});
