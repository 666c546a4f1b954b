import { describe, expect, it } from "vitest";
import { CLOSE } from "#protocol";
import { videoFrame } from "../session/world.ts";
import { aborted, MirrorWorld } from "./world.ts";

describe("a seat at a mirror that is taken away", () => {
  it("R-3 is closed there as revoked, with what the mirror was sent", async () => {
    const world = await new MirrorWorld().open();
    const origin = await world.origin();
    const [far, near] = [await world.viewerNear("apac"), await world.viewerNear("weur")];
    expect(far.mirror).toBeDefined();
    origin.send(videoFrame(0, true));
    await far.peer.frameCount(1);
    expect(await world.stub.revoke([far.seat])).toEqual({ seats: [{ seat: far.seat, sent: 0 }], ended: false });
    expect(await far.peer.closing()).toEqual({ code: CLOSE.revoked.code, reason: CLOSE.revoked.words });
    await near.peer.settled();
    expect(near.peer.closed).toBeUndefined();
  });

  it("R-3 is closed there also when the link to the mirror was cut", async () => {
    const world = await new MirrorWorld().open();
    await world.origin();
    const far = await world.viewerNear("apac");
    await world.viewerNear("weur");
    await aborted(world.stub);
    expect(await world.stub.revoke([far.seat])).toMatchObject({ seats: [{ seat: far.seat }] });
    expect((await far.peer.closing()).code).toBeGreaterThanOrEqual(4000);
  });

  it("R-3 is closed there when all of the session ends with it", async () => {
    const world = await new MirrorWorld().open();
    await world.origin();
    const far = await world.viewerNear("apac");
    expect(await world.stub.revoke([far.seat])).toMatchObject({ ended: true });
    expect((await far.peer.closing()).code).toBe(CLOSE.revoked.code);
  });
});
