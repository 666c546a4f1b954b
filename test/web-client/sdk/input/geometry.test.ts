import { expect, test } from "vitest";
import { fitPicture, toPicture } from "../../../../web-client/sdk/input/geometry.ts";
import { Random, seeds } from "../../../support/random.ts";

const PHONE = { width: 720, height: 1280 };
const ROTATED = { width: 1280, height: 720 };

test("a tall picture in a wide box has bars at its sides", () => {
  expect(fitPicture({ left: 10, top: 20, width: 1280, height: 800 }, PHONE)).toEqual({
    left: 425,
    top: 20,
    width: 450,
    height: 800,
  });
});

test("a wide picture in a tall box has bars above and below", () => {
  expect(fitPicture({ left: 0, top: 0, width: 390, height: 844 }, ROTATED)).toEqual({
    left: 0,
    top: 312.3125,
    width: 390,
    height: 219.375,
  });
});

test("corners of the picture are the corners of its fractions", () => {
  const box = { left: 10, top: 20, width: 1280, height: 800 };
  expect(toPicture({ x: 425, y: 20 }, box, PHONE)).toEqual({ x: 0, y: 0, inside: true });
  expect(toPicture({ x: 875, y: 820 }, box, PHONE)).toEqual({ x: 1, y: 1, inside: true });
  expect(toPicture({ x: 650, y: 420 }, box, PHONE)).toEqual({ x: 0.5, y: 0.5, inside: true });
});

test("a point on a bar is the nearest edge, and said to be outside", () => {
  const box = { left: 0, top: 0, width: 1280, height: 800 };
  expect(toPicture({ x: 100, y: 400 }, box, PHONE)).toEqual({ x: 0, y: 0.5, inside: false });
  expect(toPicture({ x: 1200, y: 900 }, box, PHONE)).toEqual({ x: 1, y: 1, inside: false });
});

test.each([
  { width: 0, height: 800 },
  { width: 1280, height: 0 },
])("a box without area has no places ($width x $height)", (size) => {
  expect(toPicture({ x: 0, y: 0 }, { left: 0, top: 0, ...size }, PHONE)).toBeUndefined();
});

test.each(seeds(1))(
  "a place of the picture is found again, whatever the box, the zoom and the rotation (seed %i)",
  (seed) => {
    const random = new Random(seed);
    for (let run = 0; run < 2_000; run++) {
      const picture = random.chance(0.5) ? PHONE : { width: random.int(1, 4_096), height: random.int(1, 4_096) };
      const box = {
        left: random.int(-500, 500),
        top: random.int(-500, 500),
        width: random.int(1, 3_000) / random.pick([1, 1.25, 1.5, 3]),
        height: random.int(1, 3_000) / random.pick([1, 1.25, 1.5, 3]),
      };
      const fitted = fitPicture(box, picture);
      expect(fitted.width / fitted.height).toBeCloseTo(picture.width / picture.height, 6);
      expect(fitted.width).toBeLessThanOrEqual(box.width * (1 + 1e-12));
      expect(fitted.height).toBeLessThanOrEqual(box.height * (1 + 1e-12));
      expect(Math.max(fitted.width / box.width, fitted.height / box.height)).toBeCloseTo(1, 9);
      const [x, y] = [random.next(), random.next()];
      const place = toPicture({ x: fitted.left + x * fitted.width, y: fitted.top + y * fitted.height }, box, picture);
      expect(place?.x).toBeCloseTo(x, 6);
      expect(place?.y).toBeCloseTo(y, 6);
    }
  },
);
