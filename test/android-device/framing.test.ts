import { expect, it } from "vitest";
import { audioHeader, disabledHeader, framingOf } from "../support/android-device/scrcpy/framing.ts";
import { videoSize } from "../support/android-device/scrcpy/video-size.ts";
import { hex } from "../support/hex.ts";

const SIZE = { width: 720, height: 1280 };
const DATA = Uint8Array.of(0xaa, 0xbb);
const AT = { ptsMicros: 0x0102_0304, data: DATA };

function bytes(...fields: readonly string[]): Buffer {
  return Buffer.from(hex(...fields));
}

it("3.x says the size once, and has its flags in the two highest bits", () => {
  const framing = framingOf(3);
  expect(framing.videoHeader(SIZE)).toEqual(bytes("68323634", "000002d0", "00000500"));
  expect(framing.session(SIZE, false)).toBeUndefined();
  expect(framing.packet({ kind: "config", ...AT })).toEqual(bytes("8000000000000000", "00000002", "aabb"));
  expect(framing.packet({ kind: "keyframe", ...AT })).toEqual(bytes("4000000001020304", "00000002", "aabb"));
  expect(framing.packet({ kind: "delta", ...AT })).toEqual(bytes("0000000001020304", "00000002", "aabb"));
});

it("4.x says the size in session packets, and has its flags one bit lower", () => {
  const framing = framingOf(4);
  expect(framing.videoHeader(SIZE)).toEqual(bytes("68323634"));
  expect(framing.session(SIZE, false)).toEqual(bytes("80000000", "000002d0", "00000500"));
  expect(framing.session(SIZE, true)).toEqual(bytes("80000001", "000002d0", "00000500"));
  expect(framing.packet({ kind: "config", ...AT })).toEqual(bytes("4000000000000000", "00000002", "aabb"));
  expect(framing.packet({ kind: "keyframe", ...AT })).toEqual(bytes("2000000001020304", "00000002", "aabb"));
  expect(framing.packet({ kind: "delta", ...AT })).toEqual(bytes("0000000001020304", "00000002", "aabb"));
});

it("sound begins with its codec, or with why there is none", () => {
  expect(audioHeader()).toEqual(bytes("6f707573"));
  expect(disabledHeader(false)).toEqual(bytes("00000000"));
  expect(disabledHeader(true)).toEqual(bytes("00000001"));
});

it.each([
  [{ width: 1080, height: 2400 }, 0, 3, { width: 1080, height: 2400 }],
  [{ width: 1080, height: 2400 }, 1920, 3, { width: 864, height: 1920 }],
  [{ width: 2400, height: 1080 }, 1000, 3, { width: 1000, height: 448 }],
  [{ width: 1081, height: 2401 }, 0, 3, { width: 1080, height: 2400 }],
  [{ width: 1080, height: 2400 }, 1000, 4, { width: 450, height: 1000 }],
] as const)("a display of %o is encoded within %i by version %i as %o", (display, maxSize, version, expected) => {
  expect(videoSize(display, maxSize, version)).toEqual(expected);
});
