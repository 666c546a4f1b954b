import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { viewerChannel, writeFrame } from "#protocol";
import { SentCounts } from "../../../edge/mirror/sent-counts.ts";
import { videoFrame } from "../session/world.ts";
import { MirrorWorld } from "./world.ts";

const FRAME_BYTES = 116;
const NOTHING = { received: 0, decoded: 0, painted: 0, dropped: 0, keyframesRequested: 0, freezes: 0, frozenMs: 0 };

/** Three pictures and a sound went to a viewer at a mirror, which then asked for a keyframe. */
async function scene() {
  const world = await new MirrorWorld().open();
  const origin = await world.origin();
  const far = await world.viewerNear("apac");
  const near = await world.viewerNear("weur");
  for (let sequence = 0; sequence < 3; sequence += 1) origin.send(videoFrame(sequence, sequence === 0));
  const sound = { kind: "audio", keyframe: true, config: false, epoch: 0, sequence: 0, capturedAtMicros: 0 } as const;
  origin.send(writeFrame(sound, new Uint8Array(50)));
  for (const { peer } of [far, near]) await peer.frameCount(4);
  far.peer.send(viewerChannel.write({ type: "ack", video: 2, queued: 0 }));
  far.peer.send(viewerChannel.write({ type: "keyframe-request" }));
  await far.peer.settled();
  const sent = async () => {
    const seats = (await world.stub.quality())?.seats ?? [];
    return seats.find(({ seat }) => seat === far.seat);
  };
  return { world, origin, far, near, sent };
}

const SENT = { framesSent: 3, bytesSent: 3 * FRAME_BYTES, stops: 1 };

describe("Q-3 G-3 what a seat at a mirror was sent", () => {
  it("is told with each of its reports, and added up", async () => {
    const { origin, far, sent } = await scene();
    far.peer.send(viewerChannel.write({ type: "quality", ...NOTHING, received: 3 }));
    await vi.waitFor(async () => expect(await sent()).toMatchObject({ ...SENT, viewer: { total: { received: 3 } } }));
    origin.send(videoFrame(3, true));
    await far.peer.frameCount(5);
    far.peer.send(viewerChannel.write({ type: "quality", ...NOTHING, received: 4 }));
    await vi.waitFor(async () =>
      expect(await sent()).toMatchObject({ framesSent: 4, bytesSent: 4 * FRAME_BYTES, stops: 1 }),
    );
  });

  it("is told when it leaves", async () => {
    const { far, sent } = await scene();
    far.peer.close(1000);
    await vi.waitFor(async () => expect(await sent()).toMatchObject({ ...SENT, leftAt: expect.any(Number) }));
  });

  it("is told when its newest socket is elsewhere", async () => {
    const { world, far, sent } = await scene();
    await world.seatedAt(undefined, far.seat);
    await far.peer.closing();
    await vi.waitFor(async () =>
      expect(await sent()).toMatchObject({ framesSent: 6, bytesSent: 6 * FRAME_BYTES, stops: 1 }),
    );
  });

  it("is told when the link is put to rest, and written down: both may sleep", async () => {
    const { world, origin, far, sent } = await scene();
    origin.send(videoFrame(3, true));
    await far.peer.frameCount(5);
    await world.rested(far.mirror);
    const all = { framesSent: 4, bytesSent: 4 * FRAME_BYTES, stops: 1 };
    await vi.waitFor(async () => expect(await sent()).toMatchObject(all));
    await evictDurableObject(world.stub, { webSockets: "hibernate" });
    expect(await sent()).toMatchObject(all);
  });

  it("is counted once, and waits where a record has no room", () => {
    const counts = new SentCounts();
    expect(counts.take("ada")).toBeUndefined();
    for (const bytes of [0xffff_ffff, 2, 3]) counts.frame("ada", bytes);
    counts.stopped("ada");
    expect(counts.take("ada")).toEqual({ frames: 3, bytes: 0xffff_ffff, stops: 1 });
    expect(counts.take("ada")).toEqual({ frames: 0, bytes: 5, stops: 0 });
    expect(counts.take("ada")).toBeUndefined();
  });
});
