import { beforeEach, expect, it } from "vitest";
import { RelayWorld } from "../support/relay-world.ts";

let world: RelayWorld;

beforeEach(() => {
  world = new RelayWorld();
  world.serve();
  world.watch("ada");
  world.watch("bob");
  world.acksBoth(world.video({ keyframe: true }));
});

function stallAda(milliseconds: number): number {
  let last = 0;
  for (let passed = 0; passed < milliseconds; passed += 33) {
    world.at += 33;
    last = world.video();
    world.acks("bob", last);
  }
  return last;
}

it("W-1 a seat that acknowledges nothing is sent nothing more, and nobody else notices", () => {
  const last = stallAda(1_000);
  const { length } = world.sequencesOf("ada");
  expect(length).toBeLessThan(20);
  stallAda(60_000);
  expect(world.sequencesOf("ada")).toHaveLength(length);
  expect(world.sequencesOf("bob").at(-1)).toBeGreaterThan(last);
});

it("W-1 what one stalled seat can hold is bounded in bytes before its age is up", () => {
  for (let index = 0; index < 40; index += 1) world.video({ bytes: 100_000 });
  expect(world.sequencesOf("ada").length * 100_000).toBeLessThan(1.2 * 1024 * 1024);
});

it("W-2 an acknowledgement of something never sent changes nothing", () => {
  stallAda(1_000);
  const { length } = world.sequencesOf("ada");
  world.acks("ada", 4_000_000);
  world.video();
  expect(world.sequencesOf("ada")).toHaveLength(length);
});

it("W-3 a seat that drains starts again at a keyframe and misses nothing after it", () => {
  stallAda(5_000);
  const before = world.sequencesOf("ada");
  world.acks("ada", before.at(-1) ?? -1);
  expect(world.toOrigin).toContain("keyframe-request");
  world.at += 33;
  const key = world.video({ keyframe: true });
  const next = world.video();
  expect(world.sequencesOf("ada").slice(before.length)).toEqual([key, next]);
});

it("W-3 a seat that drains soon after a keyframe is served from the cache, and the origin is not asked", () => {
  stallAda(2_000);
  const before = world.sequencesOf("ada");
  world.at += 33;
  const key = world.video({ keyframe: true });
  world.acks("bob", key);
  const asked = world.count("keyframe-request");
  world.acks("ada", before.at(-1) ?? -1);
  expect(world.sequencesOf("ada").slice(before.length)).toEqual([key]);
  expect(world.count("keyframe-request")).toBe(asked);
});

it.each([
  [330, true],
  [1_000, false],
])(
  "W-3 long after the last keyframe a seat that stalled for %d ms goes on with what it missed: %s",
  (stall, goesOn) => {
    for (let frame = 0; frame < 100; frame += 1) {
      world.at += 33;
      const sequence = world.video();
      world.acks("bob", sequence);
      if (frame % 3 === 0) world.says("ada", { type: "ack", video: sequence, receivedAt: world.at * 1_000, queued: 0 });
    }
    const newest = stallAda(stall);
    const last = world.sequencesOf("ada").at(-1) ?? -1;
    expect(last).toBeLessThan(newest);
    const asked = world.count("keyframe-request");
    world.says("ada", { type: "ack", video: last, receivedAt: world.at * 1_000, queued: 0 });
    expect(world.sequencesOf("ada").at(-1)).toBe(goesOn ? newest : last);
    expect(world.count("keyframe-request")).toBe(goesOn ? asked : asked + 1);
  },
);

it("W-3 audio goes on while video is held back, until it is stale too", () => {
  stallAda(2_000);
  const total = () => world.frames.get("ada")?.length ?? 0;
  const before = total();
  world.audio();
  expect(total()).toBe(before + 1);
  for (let index = 0; index < 2_000; index += 1) world.audio();
  expect((total() - before) * 200).toBeLessThanOrEqual(64 * 1024);
});

it("W-4 the origin hears how far its frames came, and not with every acknowledgement", () => {
  const before = world.count("ack");
  stallAda(1_000);
  const said = world.count("ack") - before;
  expect(said).toBeGreaterThan(5);
  expect(said).toBeLessThanOrEqual(25);
});

it("W-4 the origin hears it without any viewer's acknowledgement too", () => {
  const before = world.count("ack");
  world.at += 300;
  world.video();
  expect(world.count("ack")).toBe(before + 1);
});

it("W-4 a burst is acknowledged before it can fill the agent's window, whoever reads it", () => {
  world.at += 300;
  world.video({ keyframe: true, bytes: 600_000 });
  let unheard = 0;
  for (let index = 0; index < 4; index += 1) {
    world.at += 5;
    const before = world.count("ack");
    world.video({ bytes: 600_000 });
    unheard = world.count("ack") > before ? 0 : unheard + 600_000;
    expect(unheard).toBeLessThan(1024 * 1024);
  }
});

it("W-4 frames that nobody can decode are acknowledged too: the keyframe that is asked for needs room", () => {
  world.at += 300;
  const before = world.count("ack");
  world.video({ skip: 1 });
  expect(world.count("ack")).toBe(before + 1);
});

it("W-7 the target rises again once the seat that lowered it is gone, though no other has a limit", () => {
  const world = new RelayWorld();
  world.serve();
  world.watch("ada");
  world.state.target.bitrate = 480_000;
  for (let frame = 0; frame < 5; frame += 1) {
    const video = world.video({ keyframe: frame === 0 });
    world.pass(100);
    world.says("ada", { type: "ack", video, receivedAt: world.at * 1_000, queued: 0 });
  }
  const told = world.effects.flatMap((effect) =>
    effect.type === "tell-origin" && effect.message.type === "target-rate" ? [effect.message.bitrate] : [],
  );
  expect(told).toEqual([8_000_000]);
});
