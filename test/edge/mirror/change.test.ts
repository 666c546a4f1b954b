import { describe, expect, it, vi } from "vitest";
import { CLOSE, type Right, viewerChannel } from "#protocol";
import { videoFrame } from "../session/world.ts";
import { MirrorWorld } from "./world.ts";

function terms(rights: readonly Right[]) {
  return { rights, allowance: {}, times: {} };
}

describe("a seat at a mirror whose rights change", () => {
  it("R-4 G-2 is told there, has frames there as it may from then on, and is refused at home", async () => {
    const world = await new MirrorWorld().open();
    const origin = await world.origin();
    const [far, near] = [await world.viewerNear("apac", ["audio"]), await world.viewerNear("weur")];
    expect(far.mirror).toBeDefined();
    origin.send(videoFrame(0, true));
    await near.peer.frameCount(1);
    await far.peer.settled();
    expect(far.peer.frames).toEqual([]);
    await world.stub.change([{ seat: far.seat, terms: terms(["view", "touch"]) }]);
    expect((await far.peer.said("rights")).rights).toEqual(["view", "touch"]);
    await far.peer.frameCount(1);
    origin.send(videoFrame(1, false));
    await far.peer.frameCount(2);
    far.peer.send(viewerChannel.write({ type: "clipboard", text: "a" }));
    expect(await far.peer.said("refused")).toMatchObject({ what: "clipboard", reason: "no-right" });
    await world.stub.change([{ seat: far.seat, terms: terms(["touch"]) }]);
    await vi.waitFor(() => expect(far.peer.heard("rights")).toHaveLength(2));
    await far.peer.settled();
    origin.send(videoFrame(2, false));
    await near.peer.frameCount(3);
    await far.peer.settled();
    expect(far.peer.frames).toHaveLength(2);
    expect(far.peer.closed).toBeUndefined();
  });

  it("R-4 G-5 is told also when its mirror rests", async () => {
    const world = await new MirrorWorld().open();
    const origin = await world.origin();
    const far = await world.viewerNear("apac");
    origin.send(videoFrame(0, true));
    await far.peer.frameCount(1);
    await world.rested(far.mirror);
    await world.stub.change([{ seat: far.seat, terms: terms(["view"]) }]);
    expect((await far.peer.said("rights")).rights).toEqual(["view"]);
  });

  it("S-13 is closed there when its time is over", async () => {
    const world = await new MirrorWorld().open();
    await world.origin();
    const far = await world.viewerNear("apac");
    await world.viewerNear("weur");
    // Given out long enough ago for this to be over at once.
    await vi.waitFor(async () => {
      await world.stub.change([{ seat: far.seat, terms: { ...terms(["view"]), times: { lengthSeconds: 0.001 } } }]);
      expect(far.peer.closed?.code).toBe(CLOSE.timeOver.code);
    });
  });
});
