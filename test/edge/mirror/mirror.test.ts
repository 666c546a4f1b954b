import { describe, expect, it, vi } from "vitest";
import { CLOSE, originChannel, readFrameHeader, viewerChannel, writeInput } from "#protocol";
import { videoFrame } from "../session/world.ts";
import { connect, type Peer } from "../support/peer.ts";
import { MirrorWorld } from "./world.ts";

const KEY = { kind: "key", down: true, repeat: false, keycode: 4, meta: 0, epoch: 0 } as const;
const TOUCH = { kind: "touch", pointers: [{ id: 0, phase: "down", x: 0.5, y: 0.5, pressure: 1 }], epoch: 0 } as const;

function keyframesAsked(origin: Peer): number {
  return origin.texts.filter((text) => text.includes("keyframe-request")).length;
}

function sequencesOf(peer: Peer): number[] {
  return peer.frames.map((frame) => readFrameHeader(frame).sequence);
}

async function scene() {
  const world = await new MirrorWorld().open();
  const origin = await world.origin();
  const far = await world.viewerNear("apac");
  return { world, origin, far };
}

describe("a viewer far from the home", () => {
  it("G-1 G-4 is served by a mirror with the very bytes of each frame, in order", async () => {
    const { world, origin, far } = await scene();
    const near = await world.viewerNear("eeur");
    const others = [await world.viewerNear("apac"), await world.viewerNear("apac-se")];
    expect([near, far, ...others].map(({ mirror }) => mirror)).toEqual([undefined, "apac-1", "apac-1", "apac-se-1"]);
    const frames = Array.from({ length: 20 }, (_, sequence) => videoFrame(sequence, sequence === 0));
    for (const frame of frames) origin.send(frame);
    for (const { peer } of [near, far, ...others]) {
      await peer.frameCount(20);
      expect(peer.frames.map((frame) => new Uint8Array(frame))).toEqual(frames.map((frame) => new Uint8Array(frame)));
    }
  });

  it("S-6 G-4 joins from the mirror's cache, without a keyframe being asked for", async () => {
    const { world, origin, far } = await scene();
    for (let sequence = 0; sequence < 3; sequence += 1) origin.send(videoFrame(sequence, sequence === 0));
    await far.peer.frameCount(3);
    const asked = keyframesAsked(origin);
    const second = await world.viewerNear("apac");
    await second.peer.frameCount(3);
    expect(sequencesOf(second.peer)).toEqual([0, 1, 2]);
    await origin.settled();
    expect(keyframesAsked(origin)).toBe(asked);
    origin.send(videoFrame(3, false));
    for (const { peer } of [far, second]) await peer.frameCount(4);
  });

  it("S-7 S-10 G-4 is counted like any other, and all who wait for a picture are one request for a keyframe", async () => {
    const world = await new MirrorWorld().open();
    const origin = await world.origin();
    const viewers = [await world.viewerNear("apac"), await world.viewerNear("apac"), await world.viewerNear("oc")];
    await vi.waitFor(() => expect(origin.texts).toContain('{"type":"viewers","count":3}'));
    await vi.waitFor(() => expect(keyframesAsked(origin)).toBe(1), { timeout: 5_000 });
    origin.send(videoFrame(0, true));
    for (const { peer } of viewers) await peer.frameCount(1);
    expect(keyframesAsked(origin)).toBe(1);
  });

  it("S-7 G-4 needs a second keyframe within a second: it is asked for when that is over, though nothing else happens", async () => {
    const { world, origin, far } = await scene();
    // Its alarm would ring in a minute now, when it would forget itself.
    far.peer.close(1000);
    await far.peer.closing();
    const next = await world.seatedAt(far.mirror, far.seat);
    const request = viewerChannel.write({ type: "keyframe-request" });
    const asked = keyframesAsked(origin);
    next.peer.send(request);
    await vi.waitFor(() => expect(keyframesAsked(origin)).toBe(asked + 1), { timeout: 5_000 });
    origin.send(videoFrame(0, true));
    await next.peer.frameCount(1);
    next.peer.send(request);
    await vi.waitFor(() => expect(keyframesAsked(origin)).toBe(asked + 2), { timeout: 5_000 });
  });

  it("E-1 G-4 sees a new geometry before the first frame of its epoch", async () => {
    const { origin, far } = await scene();
    origin.send(videoFrame(0, true));
    await far.peer.frameCount(1);
    origin.send(
      originChannel.write({ type: "display", epoch: 1, width: 1280, height: 720, rotation: 90, codec: "h264" }),
    );
    origin.send(videoFrame(1, true, 1));
    await far.peer.frameCount(2);
    expect(await far.peer.said("display")).toMatchObject({ epoch: 1, rotation: 90 });
  });

  it("G-2 steers by the home's lease, and its input reaches the origin as the very bytes", async () => {
    const { world, origin, far } = await scene();
    const near = await world.viewerNear("weur");
    near.peer.send(writeInput({ ...KEY, lease: 1, sequence: 1 }));
    const input = writeInput({ ...KEY, lease: 1, sequence: 1 });
    far.peer.send(input);
    await origin.frameCount(1);
    await near.peer.settled();
    expect(origin.frames.map((frame) => new Uint8Array(frame))).toEqual([new Uint8Array(input)]);
    origin.send(originChannel.write({ type: "input-ack", lease: 1, sequence: 1 }));
    expect(await far.peer.said("input-ack")).toMatchObject({ lease: 1, sequence: 1 });
    far.peer.send(viewerChannel.write({ type: "lease-request", want: false }));
    expect(await near.peer.said("lease")).toEqual({ type: "lease", lease: 1, mine: false, held: false });
    near.peer.send(viewerChannel.write({ type: "lease-request", want: true }));
    await vi.waitFor(() => expect(far.peer.texts.at(-1)).toBe('{"type":"lease","lease":2,"mine":false,"held":true}'));
  });

  it("R-1 G-2 has the rights that the home knows of, whatever its ticket says", async () => {
    const { world, origin } = await scene();
    const admission = await world.stub.admit({ rights: ["view", "keyboard"], near: "sam" });
    if (!admission.admitted || admission.claims.role !== "viewer") throw new Error("not admitted");
    const { seat, mirror } = admission.claims;
    const { peer } = await world.seatedAt(mirror, seat, ["view", "touch", "clipboard"]);
    expect(await peer.said("welcome")).toMatchObject({ rights: ["view", "keyboard"] });
    peer.send(viewerChannel.write({ type: "clipboard", text: "mine" }));
    expect(await peer.said("refused")).toMatchObject({ what: "clipboard", reason: "no-right" });
    peer.send(writeInput({ ...TOUCH, lease: 1, sequence: 1 }));
    await peer.settled();
    await origin.settled();
    expect(origin.frames).toEqual([]);
  });

  it("R-1 G-2 without the right to view is sent no picture by its mirror either", async () => {
    const { world, origin, far } = await scene();
    const deaf = await world.viewerNear("apac", ["touch"]);
    origin.send(videoFrame(0, true));
    await far.peer.frameCount(1);
    await deaf.peer.settled();
    expect(deaf.peer.frames).toEqual([]);
  });

  it("W-3 G-4 that acknowledges nothing slows nobody, at its mirror or at the home", async () => {
    const { world, origin, far } = await scene();
    const stalled = await world.viewerNear("apac");
    const near = await world.viewerNear("weur");
    for (let sequence = 0; sequence < 24; sequence += 1) {
      origin.send(videoFrame(sequence, sequence === 0, 0, 100_000));
      for (const { peer } of [far, near]) {
        await peer.frameCount(sequence + 1);
        peer.send(viewerChannel.write({ type: "ack", video: sequence, queued: 0 }));
      }
      for (const { peer } of [far, near]) await peer.settled();
    }
    expect(stalled.peer.frames.length).toBeLessThan(13);
    expect(sequencesOf(far.peer)).toEqual([...Array(24).keys()]);
  });

  it.each([
    ["garbage", new Uint8Array([0xff, 1, 2]).buffer],
    ["a frame", videoFrame(0, true)],
    ["malformed JSON", "{"],
    ["an origin's message", '{"type":"input-ack","lease":1,"sequence":1}'],
    ["a second hello", viewerChannel.write({ type: "hello", protocol: 1, client: "x", videoCodecs: [] })],
  ] as const)("C-2 that sends %s loses its socket, and the others at the mirror go on", async (_name, message) => {
    const { world, origin, far } = await scene();
    const eve = await world.viewerNear("apac");
    eve.peer.send(message);
    expect((await eve.peer.closing()).code).toBe(CLOSE.protocolFault.code);
    expect((await origin.told("viewers", origin.texts.length - 1)).count).toBeGreaterThan(0);
    await vi.waitFor(() => expect(origin.texts.at(-1)).toBe('{"type":"viewers","count":1}'));
    origin.send(videoFrame(0, true));
    await far.peer.frameCount(1);
  });

  it("I-6 M-11 that floods loses its socket", async () => {
    // So much that the allowance of a slow machine's seconds is far below it.
    const FLOOD = 4_000;
    const { origin, far } = await scene();
    for (let sequence = 1; sequence <= FLOOD; sequence += 1) far.peer.send(writeInput({ ...KEY, lease: 1, sequence }));
    expect((await far.peer.closing()).code).toBe(CLOSE.tooManyMessages.code);
    await origin.told("release");
    expect(origin.frames.length).toBeLessThan(FLOOD / 2);
  });

  it("S-8 L-4 G-2 that says bye is over at once, and one whose socket closes holds nothing down", async () => {
    const { world, origin, far } = await scene();
    far.peer.close(1000);
    expect((await far.peer.closing()).code).toBe(1000);
    expect((await origin.told("release")).lease).toBe(1);
    const back = await world.seatedAt(far.mirror, far.seat);
    expect((await back.peer.said("welcome")).lease).toMatchObject({ mine: true, lease: 1 });
    back.peer.send(viewerChannel.write({ type: "bye" }));
    expect((await back.peer.closing()).code).toBe(CLOSE.sessionEnded.code);
    expect(await world.stub.renew(back.resume)).toMatchObject({ refusal: "resume-refused" });
  });
});

describe("where a seat is served", () => {
  it("G-1 a home that has 50 seats lets a mirror serve the next, and 550 are all", async () => {
    const world = await new MirrorWorld().open();
    const places: (string | undefined)[] = [];
    for (let seat = 0; seat < 550; seat += 1) {
      const admission = await world.stub.admit({ rights: ["view"], near: "weur" });
      if (!admission.admitted || admission.claims.role !== "viewer") throw new Error("not admitted");
      places.push(admission.claims.mirror);
    }
    expect([places[49], places[50], places[99], places[100], places[549]]).toEqual([
      undefined,
      "weur-1",
      "weur-1",
      "weur-2",
      "weur-10",
    ]);
    expect(await world.stub.admit({ rights: ["view"], near: "weur" })).toMatchObject({ refusal: "session-full" });
  });

  it("G-1 S-2 a seat that roams is served where it is, and its older socket is closed wherever that was", async () => {
    const { world, origin, far } = await scene();
    const renewed = await world.stub.renew(far.resume, "weur");
    expect(renewed).toMatchObject({ admitted: true, claims: { seat: far.seat } });
    expect(renewed).not.toHaveProperty("claims.mirror");
    const home = await world.seatedAt(undefined, far.seat);
    expect((await far.peer.closing()).code).toBe(CLOSE.seatReplaced.code);
    origin.send(videoFrame(0, true));
    await home.peer.frameCount(1);
    expect(await world.stub.renew(home.resume, "oc")).toMatchObject({ claims: { mirror: "oc-1" } });
    const away = await world.seatedAt("oc-1", far.seat);
    expect((await home.peer.closing()).code).toBe(CLOSE.seatReplaced.code);
    await away.peer.frameCount(1);
    origin.send(videoFrame(1, false));
    await away.peer.frameCount(2);
    expect(far.peer.frames).toEqual([]);
  });

  it("S-2 a seat that connects again at its mirror replaces its older socket there", async () => {
    const { world, origin, far } = await scene();
    const again = await world.seatedAt(far.mirror, far.seat);
    expect((await far.peer.closing()).code).toBe(CLOSE.seatReplaced.code);
    origin.send(videoFrame(0, true));
    await again.peer.frameCount(1);
    again.peer.send(writeInput({ ...KEY, lease: 1, sequence: 1 }));
    await origin.frameCount(1);
  });

  it("R-2 G-1 a ticket for a mirror opens one socket there, and only a seat that the session has", async () => {
    const { world, far } = await scene();
    const claims = {
      role: "viewer",
      session: world.session,
      seat: far.seat,
      rights: ["view"],
      mirror: "apac-1",
    } as const;
    await connect(world.mirror("apac-1"), claims, "one");
    const replayed = await connect(world.mirror("apac-1"), claims, "one");
    expect((await replayed.closing()).code).toBe(CLOSE.ticketRefused.code);
    const late = await connect(world.mirror("apac-1"), claims, "late", Date.now() - 1);
    expect((await late.closing()).code).toBe(CLOSE.ticketRefused.code);
    const stranger = await connect(world.mirror("apac-1"), { ...claims, seat: "made-up" });
    expect((await stranger.closing()).code).toBe(CLOSE.ticketRefused.code);
  });

  it("R-2 G-7 a session that never was has no sockets at a mirror either", async () => {
    const world = new MirrorWorld();
    const claims = { role: "viewer", session: world.session, seat: "x", rights: ["view"], mirror: "apac-1" } as const;
    const peer = await connect(world.mirror("apac-1"), claims);
    expect((await peer.closing()).code).toBe(CLOSE.noSuchSession.code);
  });
});

describe("the end", () => {
  it.each([
    ["revoked", CLOSE.revoked],
    ["ended", CLOSE.sessionEnded],
    ["device-offline", CLOSE.deviceOffline],
  ] as const)("G-7 of a session that is %s closes every socket at every mirror so", async (reason, { code }) => {
    const { world, far } = await scene();
    const others = [await world.viewerNear("oc"), await world.viewerNear("weur")];
    await world.stub.end(reason);
    for (const { peer } of [far, ...others]) expect((await peer.closing()).code).toBe(code);
  });

  it("G-7 that comes while a mirror rests finds it", async () => {
    const { world, origin, far } = await scene();
    origin.send(videoFrame(0, true));
    await far.peer.frameCount(1);
    await world.rested(far.mirror);
    await world.stub.end("revoked");
    expect((await far.peer.closing()).code).toBe(CLOSE.revoked.code);
  });
});
