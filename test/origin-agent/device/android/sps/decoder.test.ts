import { expect, it } from "vitest";
import { oneInOneOut } from "../../../../../origin-agent/device/android/sps/one-in-one-out.ts";
import { H264Decoder } from "../../../../support/h264-decoder.ts";
import { reorderingReel } from "../../../../support/reordering-reel.ts";

/** How many pictures a decoder holds back, at most. */
function held(units: readonly Uint8Array[]): number {
  const decoder = new H264Decoder();
  let out = 0;
  const counts = units.map((unit, index) => {
    if (decoder.decode(unit) !== undefined) out += 1;
    return index + 1 - out;
  });
  decoder.close();
  return Math.max(...counts);
}

it("a decoder that held pictures back gives each one out at once when the SPS is rewritten", async () => {
  const reel = await reorderingReel({ width: 320, height: 640 }, 40);
  expect(held(reel.map(({ data }) => data))).toBe(2);
  expect(held(reel.map(({ keyframe, data }) => (keyframe ? oneInOneOut("h264", data).data : data)))).toBe(0);
});
