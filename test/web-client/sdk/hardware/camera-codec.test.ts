import { expect, it } from "vitest";
import { sizeWithin } from "../../../../web-client/sdk/hardware/camera-codec.ts";

it.each([
  ["the wanted one", { width: 640, height: 480 }, { width: 640, height: 480 }],
  ["a smaller one, which is not made larger", { width: 320, height: 240 }, { width: 320, height: 240 }],
  ["a wide one", { width: 1280, height: 720 }, { width: 640, height: 360 }],
  ["a phone's, upright", { width: 480, height: 640 }, { width: 480, height: 640 }],
  ["a large one, upright", { width: 1080, height: 1920 }, { width: 360, height: 640 }],
  ["a narrow one", { width: 4000, height: 3 }, { width: 640, height: 2 }],
  ["an odd one", { width: 641, height: 481 }, { width: 640, height: 480 }],
])("B-3 a camera's picture keeps its shape within what is wanted: %s", (_what, picture, size) => {
  expect(sizeWithin(picture, { width: 640, height: 480 })).toEqual(size);
});
