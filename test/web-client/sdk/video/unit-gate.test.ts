import { expect, test } from "vitest";
import {
  createUnitGate,
  judgeUnit,
  MAX_WAITING_UNITS,
  needKeyframe,
  untilNextRequest,
} from "../../../../web-client/sdk/video/unit-gate.ts";

const FED = { feed: true, ask: false };
const unit = (sequence: number, keyframe = false) => ({ sequence, keyframe });

test("nothing is fed before the first keyframe, which the edge sends unasked", () => {
  const gate = createUnitGate(0);
  expect(judgeUnit(gate, unit(4), 0, 10)).toEqual({ feed: false, ask: false });
  expect(judgeUnit(gate, unit(5, true), 0, 20)).toEqual(FED);
  expect(judgeUnit(gate, unit(6), 0, 30)).toEqual(FED);
});

test("a unit without the one before is never fed, and a keyframe is asked for", () => {
  const gate = createUnitGate(0);
  judgeUnit(gate, unit(1, true), 0, 5_000);
  expect(judgeUnit(gate, unit(3), 0, 5_033)).toEqual({ feed: false, ask: true });
  expect(judgeUnit(gate, unit(4), 0, 5_066)).toEqual({ feed: false, ask: false });
  expect(judgeUnit(gate, unit(5, true), 0, 5_100)).toEqual(FED);
});

test("a keyframe is asked for once a second at most", () => {
  const gate = createUnitGate(0);
  const asked = Array.from({ length: 31 }, (_, frame) => judgeUnit(gate, unit(2 * frame), 0, 2_000 + 100 * frame).ask);
  expect(asked.filter(Boolean)).toHaveLength(4);
  expect(needKeyframe(gate, 5_100)).toBe(false);
});

test("what is too early to ask for is due when the second is over", () => {
  const gate = createUnitGate(0);
  expect(needKeyframe(gate, 400)).toBe(false);
  expect(untilNextRequest(gate, 400)).toBe(600);
  expect(needKeyframe(gate, 1_000)).toBe(true);
  expect(untilNextRequest(gate, 2_500)).toBe(0);
});

test("W-3 a replay that begins at an older keyframe is taken", () => {
  const gate = createUnitGate(0);
  judgeUnit(gate, unit(40, true), 0, 0);
  judgeUnit(gate, unit(41), 0, 0);
  expect(judgeUnit(gate, unit(40, true), 0, 50)).toEqual(FED);
  expect(judgeUnit(gate, unit(41), 0, 50)).toEqual(FED);
});

test("sequences go on over 2^32", () => {
  const gate = createUnitGate(0);
  judgeUnit(gate, unit(0xffff_ffff, true), 0, 0);
  expect(judgeUnit(gate, unit(0), 0, 0)).toEqual(FED);
});

test("a decoder that falls behind is fed nothing more until a keyframe", () => {
  const gate = createUnitGate(0);
  judgeUnit(gate, unit(1, true), 0, 0);
  expect(judgeUnit(gate, unit(2), MAX_WAITING_UNITS - 1, 2_000)).toEqual(FED);
  expect(judgeUnit(gate, unit(3), MAX_WAITING_UNITS, 2_000)).toEqual({ feed: false, ask: true });
  expect(judgeUnit(gate, unit(4), 0, 2_010)).toEqual({ feed: false, ask: false });
});
