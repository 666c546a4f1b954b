import { expect, test } from "vitest";
import { h264Level } from "../../../origin-agent/encode/h264-level.ts";
import { rateControl } from "../../../origin-agent/encode/h264-rate.ts";

test("at the nominal rate the bucket is refilled with the bitrate and holds 4 of 30 pictures of it", () => {
  expect(rateControl(3_000_000, 30, 30)).toEqual({ maxRate: 3_000_000, bufferBits: 400_000 });
});

test("a slower pace refills more for each picture, so that a second still costs the bitrate", () => {
  expect(rateControl(3_000_000, 15, 60)).toEqual({ maxRate: 12_000_000, bufferBits: 400_000 });
  expect(rateControl(3_000_000, 60, 60)).toEqual({ maxRate: 3_000_000, bufferBits: 400_000 });
});

test("after a long rest one picture may take four fifths of the bucket, and no more", () => {
  expect(rateControl(3_000_000, 0.01, 60)).toEqual({ maxRate: 60 * 320_000, bufferBits: 400_000 });
});

test("a bitrate of nothing is still enough for a picture", () => {
  expect(rateControl(0, 30, 30)).toEqual({ maxRate: 50_000, bufferBits: 6_667 });
});

test.each([
  [720, 1280, 30, 31],
  [720, 1280, 60, 32],
  [1280, 720, 60, 32],
  [1080, 1920, 60, 42],
  [1080, 2340, 60, 51],
  [2160, 3840, 60, 52],
])("%i x %i at %i a second is of level_idc %i", (width, height, frameRate, level) => {
  expect(h264Level(width, height, frameRate)).toBe(level);
});

test("what no level allows is refused", () => {
  expect(() => h264Level(8192, 8192, 30)).toThrow("H.264 has no level for 8192x8192 at 30 a second");
});
