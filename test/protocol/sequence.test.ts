import { expect, it } from "vitest";
import { sequenceDistance } from "#protocol";

it.each([
  [5, 5, 0],
  [6, 5, 1],
  [5, 6, -1],
  [0, 0xffff_ffff, 1],
  [0xffff_ffff, 0, -1],
  [0x7fff_ffff, 0, 0x7fff_ffff],
  [0x8000_0000, 0, -0x8000_0000],
  [0, 0x8000_0001, 0x7fff_ffff],
])("F-6 sequence %d is ahead of %d by %d", (a, b, distance) => {
  expect(sequenceDistance(a, b)).toBe(distance);
});
