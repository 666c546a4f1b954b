import { beforeEach, describe, expect, it } from "vitest";
import { apply, rememberRelay, restoreRelay } from "../../edge/relay/index.ts";
import { DEVICE, RelayWorld, TAP } from "../support/relay-world.ts";

let world: RelayWorld;

beforeEach(() => {
  world = new RelayWorld();
  world.serve();
});

function watchAt(mirror: string, seat: string): void {
  const rights = ["view", "audio", "touch"] as const;
  world.take(apply(world.state, { type: "viewer-connected", at: world.at, seat, rights, connection: 90, mirror }));
  world.says(seat, { type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] });
}

function attach(mirror: string, have: { readonly video?: number; readonly hasPicture?: boolean } = {}) {
  const event = { type: "mirror-attached", at: world.at, mirror, connection: 91, hasPicture: false, ...have } as const;
  return world.take(apply(world.state, event));
}

function acks(mirror: string, video: number) {
  return world.take(apply(world.state, { type: "mirror-acknowledged", at: world.at, mirror, video }));
}

function detach(mirror: string, cut: boolean) {
  return world.take(apply(world.state, { type: "mirror-detached", at: world.at, mirror, cut }));
}

describe("a mirror", () => {
  it("G-4 is sent each frame once, however many of its viewers watch, and no picture goes to them from here", () => {
    world.watch("ada");
    attach("apac-1");
    for (const seat of ["bob", "cyd", "dan"]) watchAt("apac-1", seat);
    world.effects.length = 0;
    world.video({ keyframe: true });
    world.video();
    world.audio();
    const sent = world.effects.filter((effect) => effect.type === "forward-frame");
    expect(sent.map(({ seats }) => seats)).toEqual([
      ["ada", "apac-1"],
      ["ada", "apac-1"],
      ["ada", "apac-1"],
    ]);
    expect(world.frames.get("bob")).toBeUndefined();
  });

  it("W-1 G-4 has a window like a seat's: what it leaves unacknowledged stops its pictures, and no seat's", () => {
    world.watch("ada");
    attach("apac-1");
    world.video({ keyframe: true });
    for (let frame = 1; frame <= 14; frame += 1) {
      const sequence = world.video({ bytes: 100_000 });
      world.acks("ada", sequence);
    }
    expect(world.sequencesOf("ada")).toHaveLength(15);
    expect(world.sequencesOf("apac-1").length).toBeLessThan(13);
    acks("apac-1", world.sequencesOf("apac-1").at(-1) ?? 0);
    world.pass(1_000);
    expect(world.count("keyframe-request")).toBeGreaterThan(0);
    world.video({ keyframe: true });
    world.video();
    expect(world.sequencesOf("apac-1").slice(-2)).toEqual([15, 16]);
  });

  it("G-4 that attaches is served from the cache, by what it lacks", () => {
    world.video({ keyframe: true });
    for (let frame = 1; frame < 5; frame += 1) world.video();
    attach("apac-1");
    expect(world.sequencesOf("apac-1")).toEqual([0, 1, 2, 3, 4]);
    attach("oc-1", { video: 2, hasPicture: true });
    expect(world.sequencesOf("oc-1")).toEqual([3, 4]);
    attach("sam-1", { video: 4, hasPicture: true });
    expect(world.sequencesOf("sam-1")).toEqual([]);
    world.video();
    expect(world.sequencesOf("sam-1")).toEqual([5]);
    attach("afr-1", { video: 4, hasPicture: false });
    expect(world.sequencesOf("afr-1")).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("G-4 S-5 that lacks what is not here any more starts at a keyframe", () => {
    world.video({ keyframe: true });
    world.pass(2_000);
    for (let frame = 1; frame < 70; frame += 1) world.video({ bytes: 10 });
    const before = world.count("keyframe-request");
    attach("apac-1", { video: 8, hasPicture: true });
    expect(world.count("keyframe-request")).toBe(before + 1);
    world.video();
    expect(world.sequencesOf("apac-1")).toEqual([]);
    world.video({ keyframe: true });
    expect(world.sequencesOf("apac-1")).toEqual([71]);
  });

  it("G-4 S-11 that is ahead of what was kept through a restart is sent nothing old, and starts at a keyframe", () => {
    world.video({ keyframe: true });
    world.video();
    world.pass(2_000);
    const before = world.count("keyframe-request");
    attach("apac-1", { video: 9, hasPicture: true });
    expect(world.sequencesOf("apac-1")).toEqual([]);
    expect(world.count("keyframe-request")).toBe(before + 1);
    world.video({ keyframe: true, skip: 8 });
    expect(world.sequencesOf("apac-1")).toEqual([10]);
  });

  it("G-4 S-7 whose viewer waits for a picture goes on for the others meanwhile", () => {
    attach("apac-1");
    world.video({ keyframe: true });
    world.pass(2_000);
    const before = world.count("keyframe-request");
    world.take(apply(world.state, { type: "mirror-wished-keyframe", at: world.at, mirror: "apac-1" }));
    expect(world.count("keyframe-request")).toBe(before + 1);
    world.video();
    expect(world.sequencesOf("apac-1")).toEqual([0, 1]);
  });

  it("E-1 G-4 is told a geometry before the first frame of its epoch", () => {
    attach("apac-1");
    world.display(1);
    expect(world.toSeat.get("apac-1")).toEqual(["display", "display"]);
  });

  it("L-4 G-6 whose link is cut while one of its viewers steers has everything lifted; one that rests has not", () => {
    attach("apac-1");
    watchAt("apac-1", "bob");
    expect(world.state.lease.holder).toBe("bob");
    detach("apac-1", false);
    expect(world.count("release")).toBe(0);
    attach("apac-1");
    detach("apac-1", true);
    expect(world.count("release")).toBe(1);
    expect(world.state.lease.holder).toBe("bob");
  });

  it("G-6 I-5 a viewer that goes on after a cut is told what it may have missed, its lease last", () => {
    attach("apac-1");
    watchAt("apac-1", "bob");
    world.toSeat.set("bob", []);
    const event = { type: "viewer-continued", at: world.at, seat: "bob", mirror: "apac-1", connection: 95 } as const;
    world.take(apply(world.state, event));
    expect(world.toSeat.get("bob")).toEqual(["display", "origin", "rights", "lease"]);
    world.input("bob", TAP);
    expect(world.inputs).toHaveLength(1);
  });

  it("G-2 a viewer at a mirror that acknowledges here by mistake is sent nothing from here", () => {
    attach("apac-1");
    watchAt("apac-1", "bob");
    world.video({ keyframe: true });
    world.acks("bob", 0);
    world.says("bob", { type: "keyframe-request" });
    world.video();
    expect(world.frames.get("bob")).toBeUndefined();
  });

  it("S-11 G-5 a seat's mirror is remembered", () => {
    watchAt("apac-1", "bob");
    const memory = rememberRelay(world.state);
    expect(memory.seats).toEqual([
      { id: "bob", rights: ["view", "audio", "touch"], mirror: "apac-1", since: world.at },
    ]);
    const state = restoreRelay({ session: "s", device: DEVICE, memory, sockets: [], picture: [] }, world.at);
    expect(state.seats.get("bob")).toMatchObject({ mirror: "apac-1", presence: { phase: "absent" } });
  });
});
