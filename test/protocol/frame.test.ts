import { describe, expect, it } from "vitest";
import { type FrameHeader, framePayload, isFrame, maxFrameBytes, readFrameHeader, writeFrame } from "#protocol";
import { faultOf } from "../support/fault.ts";
import { flipBit, hex, toHex } from "../support/hex.ts";

const KEYFRAME: FrameHeader = {
  kind: "video",
  keyframe: true,
  config: true,
  epoch: 0x0203,
  sequence: 0x0405_0607,
  capturedAtMicros: 0x0008_090a_0b0c_0d0e,
};

const KEYFRAME_BYTES = hex(
  "11", // version 1, kind 1: video
  "03", // flags: keyframe and config
  "0203", // epoch
  "04050607", // sequence
  "0008090a0b0c0d0e", // capture time, microseconds
  "000000016742", // payload
);

const OTHERS: readonly (readonly [FrameHeader, ArrayBuffer])[] = [
  [
    { kind: "video", keyframe: false, config: false, epoch: 0, sequence: 0, capturedAtMicros: 0 },
    hex(
      "11", // version 1, kind 1: video
      "00", // flags: none
      "0000", // epoch
      "00000000", // sequence
      "0000000000000000", // capture time
      "41", // payload
    ),
  ],
  [
    {
      kind: "audio",
      keyframe: true,
      config: false,
      epoch: 0xffff,
      sequence: 0xffff_ffff,
      capturedAtMicros: 2 ** 53 - 1,
    },
    hex(
      "12", // version 1, kind 2: audio
      "01", // flags: keyframe
      "ffff", // epoch
      "ffffffff", // sequence
      "001fffffffffffff", // capture time: the largest
      "41", // payload
    ),
  ],
  [
    { kind: "camera", keyframe: false, config: true, epoch: 1, sequence: 2, capturedAtMicros: 3 },
    hex(
      "13", // version 1, kind 3: camera
      "02", // flags: config
      "0001", // epoch
      "00000002", // sequence
      "0000000000000003", // capture time
      "41", // payload
    ),
  ],
  [
    { kind: "microphone", keyframe: false, config: false, epoch: 1, sequence: 2, capturedAtMicros: 2 ** 32 },
    hex(
      "14", // version 1, kind 4: microphone
      "00", // flags: none
      "0001", // epoch
      "00000002", // sequence
      "0000000100000000", // capture time: one more than fits the low half
      "41", // payload
    ),
  ],
];

describe("the header", () => {
  it("F-1 a keyframe is written as these bytes", () => {
    expect(toHex(writeFrame(KEYFRAME, new Uint8Array([0, 0, 0, 1, 0x67, 0x42])))).toBe(toHex(KEYFRAME_BYTES));
  });

  it("F-1 these bytes are read as a keyframe, its payload is a view and not a copy", () => {
    expect(readFrameHeader(KEYFRAME_BYTES)).toEqual(KEYFRAME);
    const payload = framePayload(KEYFRAME_BYTES);
    expect([...payload]).toEqual([0, 0, 0, 1, 0x67, 0x42]);
    expect(payload.buffer).toBe(KEYFRAME_BYTES);
  });

  it.each(OTHERS)("F-1 $kind: its bytes both ways", (header, message) => {
    expect(toHex(writeFrame(header, new Uint8Array([0x41])))).toBe(toHex(message));
    expect(readFrameHeader(message)).toEqual(header);
    expect(isFrame(message)).toBe(true);
  });

  it("F-1 counters are taken modulo their fields, a capture time in whole microseconds", () => {
    const header = { ...KEYFRAME, epoch: 0x1_0002, sequence: 2 ** 32 + 5, capturedAtMicros: 7.9 };
    const read = readFrameHeader(writeFrame(header, new Uint8Array(1)));
    expect(read).toEqual({ ...KEYFRAME, epoch: 2, sequence: 5, capturedAtMicros: 7 });
  });
});

describe("what is not a frame", () => {
  it("F-2 nothing, garbage and input do not claim to be frames", () => {
    expect(isFrame(new ArrayBuffer(0))).toBe(false);
    for (const kind of [0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
      expect(isFrame(hex(`1${kind.toString(16)}`))).toBe(false);
  });

  it.each([0, 5, 8, 15])("F-2 kind %d is of no frame", (kind) => {
    expect(faultOf(() => readFrameHeader(hex(`1${kind.toString(16)}`, "00".repeat(20))))).toBe("unknown-kind");
  });

  it.each([0, 2, 3, 15])("F-2 version %d is not this one", (version) => {
    expect(faultOf(() => readFrameHeader(hex(`${version.toString(16)}1`, "00".repeat(20))))).toBe(
      "unsupported-version",
    );
  });
});

describe("lengths", () => {
  it("F-3 a frame cut anywhere in its header, or right behind it, is truncated", () => {
    for (let length = 0; length <= 16; length += 1) {
      expect(faultOf(() => readFrameHeader(KEYFRAME_BYTES.slice(0, length)))).toBe("truncated");
    }
    expect(faultOf(() => readFrameHeader(KEYFRAME_BYTES.slice(0, 17)))).toBeUndefined();
  });

  it.each([
    ["video", 1_048_576],
    ["audio", 8_192],
    ["camera", 1_048_576],
    ["microphone", 8_192],
  ] as const)("F-3 a %s message has at most %d bytes, header included", (kind, limit) => {
    expect(maxFrameBytes(kind)).toBe(limit);
    const header = { ...KEYFRAME, kind };
    const largest = writeFrame(header, new Uint8Array(limit - 16));
    expect(largest.byteLength).toBe(limit);
    expect(readFrameHeader(largest)).toEqual(header);
    const over = new Uint8Array(limit + 1);
    over.set(new Uint8Array(largest));
    expect(faultOf(() => readFrameHeader(over.buffer))).toBe("oversized");
    expect(() => writeFrame(header, new Uint8Array(limit - 15))).toThrow(RangeError);
  });

  it("F-3 an empty payload cannot be sent", () => {
    expect(() => writeFrame(KEYFRAME, new Uint8Array(0))).toThrow(RangeError);
  });

  it.each([Number.NaN, -1, 2 ** 53, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "F-5 a capture time of %d cannot be sent",
    (capturedAtMicros) => {
      expect(() => writeFrame({ ...KEYFRAME, capturedAtMicros }, new Uint8Array(1))).toThrow(RangeError);
    },
  );
});

/** What turning over each bit of a keyframe's header does, by the rules. */
function afterFlip(
  bit: number,
): "unsupported-version" | "bad-flags" | "bad-value" | "unknown-kind" | Partial<FrameHeader> {
  if (bit < 4) return "unsupported-version";
  if (bit < 8) {
    // Kind 1 with one bit turned over is 9, 5, 3 or 0.
    return bit === 6 ? { kind: "camera" } : "unknown-kind";
  }
  if (bit < 14) return "bad-flags";
  if (bit === 14) return { config: false };
  if (bit === 15) return { keyframe: false };
  if (bit < 32) return { epoch: KEYFRAME.epoch ^ (2 ** (31 - bit)) };
  if (bit < 64) return { sequence: (KEYFRAME.sequence ^ (1 << (63 - bit))) >>> 0 };
  if (bit < 75) return "bad-value";
  const flipped = BigInt(KEYFRAME.capturedAtMicros) ^ (1n << BigInt(127 - bit));
  return { capturedAtMicros: Number(flipped) };
}

it("F-5 the first capture time that a double does not hold is a fault", () => {
  const stamped = (time: string) => hex("11", "00", "0000", "00000000", time, "41");
  expect(faultOf(() => readFrameHeader(stamped("0020000000000000")))).toBe("bad-value");
  expect(readFrameHeader(stamped("001fffffffffffff")).capturedAtMicros).toBe(Number.MAX_SAFE_INTEGER);
});

describe("damage", () => {
  it("F-4 each bit of the header that is turned over changes exactly its field, or is a fault", () => {
    for (let bit = 0; bit < 128; bit += 1) {
      const damaged = flipBit(KEYFRAME_BYTES, bit);
      const expected = afterFlip(bit);
      if (typeof expected === "string")
        expect(
          faultOf(() => readFrameHeader(damaged)),
          `bit ${bit}`,
        ).toBe(expected);
      else expect(readFrameHeader(damaged), `bit ${bit}`).toEqual({ ...KEYFRAME, ...expected });
    }
  });

  it("D-2 no bit of the payload changes what the header says", () => {
    for (let bit = 128; bit < KEYFRAME_BYTES.byteLength * 8; bit += 1) {
      expect(readFrameHeader(flipBit(KEYFRAME_BYTES, bit))).toEqual(KEYFRAME);
    }
  });
});
