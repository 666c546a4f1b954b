import { expect, test } from "vitest";
import { unbrokenAfter } from "../../../../web-client/sdk/video/unbroken.ts";

const frame = (sequence: number, keyframe = false) => ({ sequence, keyframe });

test("S-8 a picture can be gone on from as far as all frames since a keyframe are here", () => {
  expect(unbrokenAfter(undefined, frame(4))).toBeUndefined();
  expect(unbrokenAfter(undefined, frame(5, true))).toBe(5);
  expect(unbrokenAfter(5, frame(6))).toBe(6);
  expect(unbrokenAfter(6, frame(8))).toBeUndefined();
  expect(unbrokenAfter(6, frame(20, true))).toBe(20);
  expect(unbrokenAfter(0xffff_ffff, frame(0))).toBe(0);
});

test("S-8 a replay from an older keyframe on is gone on from where it has come to", () => {
  expect(unbrokenAfter(41, frame(40, true))).toBe(40);
});
