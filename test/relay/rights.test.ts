import { beforeEach, expect, it } from "vitest";
import { readFrameHeader } from "#protocol";
import { RelayWorld } from "../support/relay-world.ts";

let world: RelayWorld;

beforeEach(() => {
  world = new RelayWorld();
  world.serve();
});

function kindsFor(seat: string): string[] {
  return (world.frames.get(seat) ?? []).map((message) => readFrameHeader(message).kind);
}

it("R-1 a seat without the right to view is shown nothing: not what flows, not the cached picture, not by asking", () => {
  world.watch("bob");
  world.video({ keyframe: true });
  const asked = world.count("keyframe-request");
  world.watch("ada", ["audio", "touch"]);
  world.video({ keyframe: true });
  world.says("ada", { type: "ack", queued: 0 });
  world.says("ada", { type: "keyframe-request" });
  world.pass(2_000);
  world.audio();
  expect(kindsFor("ada")).toEqual(["audio"]);
  expect(kindsFor("bob")).toEqual(["video", "video", "audio"]);
  expect(world.count("keyframe-request")).toBe(asked);
});

it("R-1 a seat without the right to hear sees without sound", () => {
  world.watch("ada", ["view"]);
  world.video({ keyframe: true });
  world.audio();
  expect(kindsFor("ada")).toEqual(["video"]);
});
