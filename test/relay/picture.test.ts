import { beforeEach, describe, expect, it } from "vitest";
import { ProtocolFault } from "#protocol";
import { RelayWorld } from "../support/relay-world.ts";

let world: RelayWorld;

beforeEach(() => {
  world = new RelayWorld();
});

describe("a stream", () => {
  beforeEach(() => {
    world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
  });

  it("S-1 the same buffer goes to every seat", () => {
    world.watch("bob");
    world.video();
    expect(world.frames.get("ada")?.at(-1)).toBe(world.frames.get("bob")?.at(-1));
  });

  it("S-3 a frame that is not ahead of the newest is the origin's fault", () => {
    world.video();
    expect(() => world.frame({ kind: "video", keyframe: false, sequence: 1 })).toThrow(ProtocolFault);
    expect(() => world.frame({ kind: "video", keyframe: true, sequence: 0 })).toThrow(ProtocolFault);
  });

  it("S-3 audio that is not ahead of the newest is the origin's fault", () => {
    world.audio();
    expect(() => world.frame({ kind: "audio", keyframe: true, sequence: 0 })).toThrow(ProtocolFault);
  });

  it("S-3 the sequence may wrap around 2^32", () => {
    world.frame({ kind: "video", keyframe: true, sequence: 0x7fff_ffff });
    world.frame({ kind: "video", keyframe: true, sequence: 0xffff_fffe });
    world.frame({ kind: "video", keyframe: false, sequence: 0xffff_ffff });
    world.frame({ kind: "video", keyframe: false, sequence: 0 });
    expect(world.sequencesOf("ada").slice(-3)).toEqual([0xffff_fffe, 0xffff_ffff, 0]);
  });

  it("S-5 after a gap nothing is forwarded until a keyframe, which is asked for", () => {
    world.pass(1_000);
    const asked = world.count("keyframe-request");
    world.video({ skip: 1 });
    world.video();
    expect(world.sequencesOf("ada")).toEqual([0]);
    expect(world.count("keyframe-request")).toBe(asked + 1);
    const key = world.video({ keyframe: true });
    world.video();
    expect(world.sequencesOf("ada")).toEqual([0, key, key + 1]);
  });

  it("S-5 a frame whose epoch was not announced is the origin's fault", () => {
    expect(() => world.frame({ kind: "video", keyframe: true, sequence: 9, epoch: 7 })).toThrow(ProtocolFault);
  });

  it("S-5 a camera frame from the origin is its fault", () => {
    expect(() => world.frame({ kind: "camera", keyframe: true, sequence: 9 })).toThrow(ProtocolFault);
  });

  it("S-6 a joiner is served the keyframe and its tail, and the origin is not asked", () => {
    world.video();
    world.video();
    const asked = world.count("keyframe-request");
    world.watch("bob");
    world.video();
    expect(world.sequencesOf("bob")).toEqual([0, 1, 2, 3]);
    expect(world.count("keyframe-request")).toBe(asked);
  });

  it("S-6 the cache is bounded in frames: past that a joiner waits for a keyframe that is asked for", () => {
    for (let index = 0; index < 70; index += 1) {
      world.at += 33;
      world.acks("ada", world.video());
    }
    world.watch("bob");
    expect(world.sequencesOf("bob")).toEqual([]);
    expect(world.toOrigin.slice(-2)).toEqual(["keyframe-request", "viewers"]);
    const key = world.video({ keyframe: true });
    expect(world.sequencesOf("bob")).toEqual([key]);
  });

  it("S-6 the cache is bounded in bytes", () => {
    for (let index = 0; index < 8; index += 1) world.video({ bytes: 100_000 });
    expect(world.state.cache.bytes).toBeLessThanOrEqual(512 * 1024);
    expect(world.state.cache.frames).toHaveLength(5);
    world.watch("bob");
    expect(world.sequencesOf("bob")).toEqual([]);
  });

  it("S-6 a picture that does not fit in at all leaves nothing of those before it", () => {
    world.video({ bytes: 600_000 });
    expect(world.state.cache.frames).toHaveLength(1);
    world.video({ bytes: 100 });
    expect(world.state.cache.frames).toHaveLength(1);
    expect(world.state.cache.bytes).toBe(116);
  });

  it("S-6 a new display makes the old picture worthless for joiners", () => {
    world.display(1);
    world.watch("bob");
    expect(world.sequencesOf("bob")).toEqual([]);
  });
});

describe("keyframe requests", () => {
  it("S-7 many wants are one request, and at most one a second reaches the device", () => {
    world.serve();
    const begun = world.count("keyframe-request");
    for (const seat of ["ada", "bob", "cyd"]) world.watch(seat);
    expect(world.count("keyframe-request")).toBe(begun);
    world.pass(1_000);
    expect(world.count("keyframe-request")).toBe(begun + 1);
    for (let index = 0; index < 5; index += 1) world.says("ada", { type: "keyframe-request" });
    expect(world.count("keyframe-request")).toBe(begun + 1);
  });

  it("S-7 an unanswered request is repeated, an answered one is not", () => {
    world.serve();
    world.pass(1_000);
    world.watch("ada");
    world.pass(2_500);
    const asked = world.count("keyframe-request");
    // One when the viewer came, and two more as no keyframe did.
    expect(asked).toBe(3);
    world.video({ keyframe: true });
    world.pass(10_000);
    expect(world.count("keyframe-request")).toBe(asked);
  });

  it("S-7 no keyframe is asked of an origin that is away", () => {
    world.watch("ada");
    expect(world.count("keyframe-request")).toBe(0);
  });

  it("S-7 a viewer whose decoder failed gets nothing before a keyframe", () => {
    world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
    world.says("ada", { type: "keyframe-request" });
    world.video();
    const key = world.video({ keyframe: true });
    expect(world.sequencesOf("ada")).toEqual([0, key]);
  });
});
