import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { CLOSE, originChannel, readFrameHeader, viewerChannel, writeInput } from "#protocol";
import { videoFrame } from "../session/world.ts";
import type { Peer } from "../support/peer.ts";
import { aborted, MirrorWorld } from "./world.ts";

const KEY = { kind: "key", down: true, repeat: false, keycode: 4, meta: 0, epoch: 0 } as const;

function sequencesOf(peer: Peer): number[] {
  return peer.frames.map((frame) => readFrameHeader(frame).sequence);
}

function keyframesAsked(origin: Peer): number {
  return origin.texts.filter((text) => text.includes("keyframe-request")).length;
}

async function watching() {
  const world = await new MirrorWorld().open();
  const origin = await world.origin();
  const far = await world.viewerNear("apac");
  origin.send(videoFrame(0, true));
  origin.send(videoFrame(1, false));
  await far.peer.frameCount(2);
  return { world, origin, far, mirror: world.mirror(far.mirror ?? "") };
}

describe("a still screen", () => {
  async function asleep() {
    const all = await watching();
    await all.world.rested(all.far.mirror);
    await evictDurableObject(all.mirror, { webSockets: "hibernate" });
    await evictDurableObject(all.world.stub, { webSockets: "hibernate" });
    return all;
  }

  it("G-5 lets the home and its mirror sleep; the next frame reaches everybody, and what they had is not sent again", async () => {
    const { origin, far } = await asleep();
    const asked = keyframesAsked(origin);
    origin.send(videoFrame(2, false));
    await far.peer.frameCount(3);
    expect(sequencesOf(far.peer)).toEqual([0, 1, 2]);
    expect(keyframesAsked(origin)).toBe(asked);
    expect(far.peer.closed).toBeUndefined();
  });

  it("G-5 wakes for the input of a viewer at the mirror, which is still the holder", async () => {
    const { origin, far } = await asleep();
    far.peer.send(writeInput({ ...KEY, lease: 1, sequence: 1 }));
    await origin.frameCount(1);
    origin.send(originChannel.write({ type: "input-ack", lease: 1, sequence: 1 }));
    await far.peer.said("input-ack");
  });

  it("G-5 wakes for who joins, who is shown the picture without a keyframe being asked for", async () => {
    const { world, origin, far } = await asleep();
    const asked = keyframesAsked(origin);
    const second = await world.viewerNear("apac");
    await second.peer.frameCount(2);
    expect(sequencesOf(second.peer)).toEqual([0, 1]);
    await origin.settled();
    expect(keyframesAsked(origin)).toBe(asked);
    expect(sequencesOf(far.peer)).toEqual([0, 1]);
  });

  it("G-5 wakes for what the home has to say to a viewer at the mirror", async () => {
    const { origin, far } = await asleep();
    origin.send(originChannel.write({ type: "clipboard", text: "copied" }));
    expect(await far.peer.said("clipboard")).toMatchObject({ text: "copied" });
  });

  it("G-5 is left by a viewer as any other: the home hears of it", async () => {
    const { origin, far } = await asleep();
    far.peer.close(1000);
    expect((await origin.told("release")).lease).toBe(1);
    await vi.waitFor(() => expect(origin.texts.at(-1)).toBe('{"type":"viewers","count":0}'));
  });

  it("S-2 G-5 is left for a new socket of the same seat at its mirror, which the home that slept does not close", async () => {
    const { world, origin, far } = await asleep();
    const again = await world.seatedAt(far.mirror, far.seat);
    expect((await far.peer.closing()).code).toBe(CLOSE.seatReplaced.code);
    origin.send(videoFrame(2, false));
    await vi.waitFor(() => expect(sequencesOf(again.peer)).toEqual([0, 1, 2]));
    await again.peer.settled();
    expect(again.peer.closed).toBeUndefined();
  });

  it("S-2 G-5 G-6 a seat that comes back to a mirror that was restarted meanwhile is welcomed, though its number is one of before", async () => {
    const { world, origin, far, mirror } = await watching();
    await world.rested(far.mirror);
    await evictDurableObject(mirror, { webSockets: "close" });
    const again = await world.seatedAt(far.mirror, far.seat);
    origin.send(videoFrame(2, false));
    await vi.waitFor(() => expect(sequencesOf(again.peer)).toEqual([0, 1, 2]));
    await again.peer.settled();
    expect(again.peer.closed).toBeUndefined();
  });

  it("S-7 G-4 G-5 is woken for a viewer that needs a keyframe, which nobody is known to want but its mirror", async () => {
    const { world, origin, far } = await watching();
    far.peer.send(viewerChannel.write({ type: "ack", video: 1, queued: 0 }));
    await world.rested(far.mirror);
    const asked = keyframesAsked(origin);
    far.peer.send(viewerChannel.write({ type: "keyframe-request" }));
    await vi.waitFor(() => expect(keyframesAsked(origin)).toBe(asked + 1));
    origin.send(videoFrame(2, true));
    await far.peer.frameCount(3);
  });

  it("G-5 rests without sleeping too, and goes on where it was", async () => {
    const { world, origin, far } = await watching();
    far.peer.send(viewerChannel.write({ type: "ack", video: 1, queued: 0 }));
    await world.rested(far.mirror);
    origin.send(videoFrame(2, false));
    origin.send(videoFrame(3, false));
    await far.peer.frameCount(4);
    expect(sequencesOf(far.peer)).toEqual([0, 1, 2, 3]);
  });
});

describe("a link that is cut", () => {
  it("G-6 by a restart of the home is opened again: the mirror's viewers keep their sockets, and the holder its lease", async () => {
    const { world, origin, far } = await watching();
    const from = far.peer.texts.length;
    await aborted(world.stub);
    await origin.closing();
    expect(await far.peer.said("lease", from)).toEqual({ type: "lease", lease: 1, mine: true, held: true });
    const back = await world.origin({ resumed: true });
    back.send(videoFrame(2, true));
    await far.peer.frameCount(3);
    far.peer.send(writeInput({ ...KEY, lease: 1, sequence: 1 }));
    await back.frameCount(1);
    expect(far.peer.closed).toBeUndefined();
  });

  it("G-6 by a restart of the mirror costs its viewers one reconnect, and the others nothing", async () => {
    const { world, origin, far, mirror } = await watching();
    const near = await world.viewerNear("weur");
    await near.peer.frameCount(2);
    await aborted(mirror);
    expect((await far.peer.closing()).code).toBe(1006);
    expect((await origin.told("release")).lease).toBe(1);
    await vi.waitFor(() => expect(origin.texts.at(-1)).toBe('{"type":"viewers","count":1}'));
    expect(await world.stub.renew(far.resume, "apac")).toMatchObject({ claims: { seat: far.seat, mirror: "apac-1" } });
    const again = await world.seatedAt("apac-1", far.seat);
    await again.peer.frameCount(2);
    origin.send(videoFrame(2, false));
    for (const { peer } of [near, again]) await peer.frameCount(3);
    again.peer.send(writeInput({ ...KEY, lease: 1, sequence: 1 }));
    await origin.frameCount(1);
  });

  it("G-6 S-11 a restart of both while they rest takes every socket, and each comes back once", async () => {
    const { world, far, mirror } = await watching();
    await world.rested(far.mirror);
    await evictDurableObject(mirror, { webSockets: "close" });
    await evictDurableObject(world.stub, { webSockets: "close" });
    expect((await far.peer.closing()).code).toBe(1006);
    expect(await world.stub.renew(far.resume, "apac")).toMatchObject({ claims: { mirror: "apac-1" } });
    const again = await world.seatedAt("apac-1", far.seat);
    const back = await world.origin({ resumed: true });
    back.send(videoFrame(2, true));
    await vi.waitFor(() => expect(sequencesOf(again.peer).at(-1)).toBe(2));
    again.peer.send(viewerChannel.write({ type: "lease-request", want: true }));
    expect(await again.peer.said("lease")).toMatchObject({ mine: true });
  });
});
