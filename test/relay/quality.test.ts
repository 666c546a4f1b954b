import { expect, it } from "vitest";
import { RelayWorld } from "../support/relay-world.ts";

const REPORT = { received: 3, decoded: 3, painted: 3, dropped: 0, keyframesRequested: 0, freezes: 0, frozenMs: 0 };

it("K-2 who asks the time is told how old the newest video frames were as they came to the edge", () => {
  const world = new RelayWorld();
  world.serve();
  world.watch("ada");
  const ask = () => world.says("ada", { type: "clock", sentAt: 1 });
  const reply = { type: "clock-reply", sentAt: 1 };
  expect(ask()).toEqual([{ type: "tell-seat", seat: "ada", message: { ...reply, at: world.at * 1_000 } }]);
  for (const [sequence, ageMs] of [30, 10, 20].entries()) {
    const capturedAtMicros = (world.at - ageMs) * 1_000;
    world.frame({ kind: "video", keyframe: sequence === 0, sequence, capturedAtMicros });
  }
  // Sound is not looked at.
  world.frame({ kind: "audio", keyframe: true, sequence: 0, capturedAtMicros: 0 });
  const edgeAge = { p50: 20, p95: 30 };
  expect(ask()).toEqual([{ type: "tell-seat", seat: "ada", message: { ...reply, at: world.at * 1_000, edgeAge } }]);
});

it("Q-1 a report is passed on to be noted, counts as a control message, and comes after hello", () => {
  const world = new RelayWorld();
  world.connect("ada");
  const early = world.says("ada", { type: "quality", ...REPORT });
  expect(early).toEqual([{ type: "close-seat", seat: "ada", connection: 1, reason: "protocolFault" }]);
  world.watch("ada");
  const says = () => world.says("ada", { type: "quality", ...REPORT });
  expect(says()).toEqual([{ type: "note-quality", seat: "ada", report: REPORT, at: world.at }]);
  const last = Array.from({ length: 60 }, says).at(-1);
  expect(last).toMatchObject([{ type: "close-seat", reason: "tooManyMessages" }]);
});
