import { expect, test } from "vitest";
import { nextBeat, nextPictureAt, type Pace } from "../../../../origin-agent/device/demo/pace.ts";

const AT_REST: Pace = {
  changed: false,
  keyframeWanted: false,
  lastAt: 1000,
  maxRate: 50,
  animationRate: 0,
  beatAt: 1000,
  restingSince: undefined,
};

test("T-3 a sharp picture at rest is followed by none", () => {
  expect(nextPictureAt(AT_REST)).toBeUndefined();
});

test("the first picture is due at once, and a change as soon as the rate allows", () => {
  expect(nextPictureAt({ ...AT_REST, changed: true, lastAt: undefined })).toBe(Number.NEGATIVE_INFINITY);
  expect(nextPictureAt({ ...AT_REST, changed: true })).toBe(1020);
});

test("a keyframe is due like a change", () => {
  expect(nextPictureAt({ ...AT_REST, keyframeWanted: true })).toBe(1020);
});

test("at a rate of 0 nothing is due", () => {
  expect(nextPictureAt({ ...AT_REST, changed: true, keyframeWanted: true, maxRate: 0 })).toBeUndefined();
});

test("an animation is due at its beat, and never above the rate", () => {
  expect(nextPictureAt({ ...AT_REST, animationRate: 25 })).toBe(1040);
  expect(nextPictureAt({ ...AT_REST, animationRate: 25, maxRate: 10 })).toBe(1100);
  expect(nextPictureAt({ ...AT_REST, animationRate: 25, lastAt: 1030 })).toBe(1050);
});

test("the beat stays even when a picture is late, is not moved by pictures between, and restarts after a stall", () => {
  const animated = { ...AT_REST, animationRate: 25 };
  expect(nextBeat(animated, 1047)).toBe(1040);
  expect(nextBeat(animated, 1025)).toBe(1000);
  expect(nextBeat(animated, 1200)).toBe(1200);
  expect(nextBeat(AT_REST, 1200)).toBe(1200);
});

test("T-3 a coarse picture at rest is coded again every 33 ms, within the rate, for 3 seconds at most", () => {
  expect(nextPictureAt({ ...AT_REST, restingSince: 1000 })).toBe(1033);
  expect(nextPictureAt({ ...AT_REST, restingSince: 1000, maxRate: 10 })).toBe(1100);
  expect(nextPictureAt({ ...AT_REST, restingSince: 1000, lastAt: 3990 })).toBe(4023);
  expect(nextPictureAt({ ...AT_REST, restingSince: 1000, lastAt: 4000 })).toBeUndefined();
});
