import { expect, test } from "vitest";
import { codedSize } from "../../../origin-agent/encode/index.ts";

const UPRIGHT = { width: 720, height: 1280 };

test.each([
  [undefined, 720, 1280],
  [8192, 720, 1280],
  [1280, 720, 1280],
  [1279, 718, 1278],
  [640, 360, 640],
  [639, 358, 638],
  [1, 16, 16],
])("T-2 a longer side of at most %s is coded as %i x %i: even, in shape, never larger", (maxSide, width, height) => {
  expect(codedSize(UPRIGHT, maxSide)).toEqual({ width, height });
});

test("T-2 the longer side is bound whichever it is, and no shape is lost by more than rounding to even", () => {
  for (const [width, height] of [
    [1280, 720],
    [1080, 2340],
    [720, 720],
  ] as const) {
    for (let maxSide = 64; maxSide <= 2400; maxSide += 7) {
      const coded = codedSize({ width, height }, maxSide);
      expect(Math.max(coded.width, coded.height)).toBeLessThanOrEqual(maxSide);
      expect([coded.width % 2, coded.height % 2]).toEqual([0, 0]);
      expect(Math.abs(coded.width - (coded.height * width) / height)).toBeLessThanOrEqual(4);
    }
  }
});
