import { describe, expect, it } from "vitest";
import { oneInOneOut, type SpsCodec } from "../../../../../origin-agent/device/android/sps/one-in-one-out.ts";
import { readSps } from "../../../../support/h264-stream.ts";
import { flipBit, hex, toHex } from "../../../../support/hex.ts";
import { Random, seeds } from "../../../../support/random.ts";

interface Fixture {
  readonly encoder: string;
  readonly codec: SpsCodec;
  readonly size: readonly [width: number, height: number];
  readonly sps: string;
  /** Undefined where nothing has to change. */
  readonly becomes?: string;
}

/**
 * What encoders really say. The first is the configuration that scrcpy 3.3.4 sends from an Android 16 emulator and 4.1 from BlueStacks;
 * the four after it were noted by programs that take them from MediaCodec on phones of several makers; the others are x264 and x265 as
 * libav has them.
 */
const FIXTURES: readonly Fixture[] = [
  {
    encoder: "c2.android.avc.encoder of an emulator",
    codec: "h264",
    size: [576, 1280],
    sps: "67 42c029 8d680900a1a420202020f08846a0",
  },
  {
    encoder: "a phone's encoder, High, one picture to reorder",
    codec: "h264",
    size: [1280, 720],
    sps: "67 640029 ac1b1a805005ba01e1108a70",
    becomes: "67 640029 ac1b1a805005ba01e1108d40",
  },
  {
    encoder: "a phone's encoder, Baseline, without VUI",
    codec: "h264",
    size: [320, 240],
    sps: "67 42801f da0507e4",
    becomes: "67 42801f da0507e806d0442350",
  },
  {
    encoder: "a phone's encoder, Baseline, with colours",
    codec: "h264",
    size: [540, 1080],
    sps: "67 42801f da0220227b96520a0c0c0da1426a",
  },
  {
    encoder: "a phone's encoder of Android 4, Baseline",
    codec: "h264",
    size: [800, 600],
    sps: "67 42801f da03204df9601b4284d4",
  },
  {
    encoder: "x264, High, with timing",
    codec: "h264",
    size: [720, 1280],
    sps: "67 64001f acd940b40a1a10000003001000000303c0f1831960",
    becomes: "67 64001f acd940b40a1a10000003001000000303c0f1832580",
  },
  {
    encoder: "x264, Main",
    codec: "h264",
    size: [720, 1280],
    sps: "67 4d401f eca05a050d08000003000800000301e078c18cb0",
    becomes: "67 4d401f eca05a050d08000003000800000301e078c192c0",
  },
  {
    encoder: "x264, Baseline",
    codec: "h264",
    size: [720, 1280],
    sps: "67 42c01f db02d0286840000003004000000f03c60cb8",
  },
  {
    encoder: "x264, tuned for no latency",
    codec: "h264",
    size: [720, 1280],
    sps: "67 64001f acb405a050d080000003008000001e478c1950",
  },
  {
    encoder: "x264, High, cropped, with scaling lists and a decoder's buffer described",
    codec: "h264",
    size: [1080, 1920],
    sps: "67 640028 acd9404403c79784000003000400000300f1920003d090007a12930c01e30632c0",
    becomes: "67 640028 acd9404403c79784000003000400000300f1920003d090007a12930c01e3064b",
  },
  {
    encoder: "x265",
    codec: "hevc",
    size: [720, 1280],
    sps: "4201 0101600000030090000003000003005da005a20050165959a4932b9a020000030002000003003c10",
    becomes: "4201 0101600000030090000003000003005da005a20050165966924cae6808000003000800000300f040",
  },
  {
    encoder: "x265, cropped",
    codec: "hevc",
    size: [1080, 1920],
    sps: "4201 01016000000300900000030000030078a00220801e072f965664a4c2e68080000003008000000f04",
    becomes: "4201 01016000000300900000030000030078a00220801e072f965992930b9a020000030002000003003c10",
  },
  {
    encoder: "x265, tuned for no latency",
    codec: "hevc",
    size: [720, 1280],
    sps: "4201 0101600000030090000003000003005da005a20050165ba4a4c2e68080000003008000000f04",
  },
];

const START = "00000001";
const PPS = { h264: "68ce01a835c8", hevc: "4401c172b46240" } as const;

function configuration(codec: SpsCodec, sps: string): Uint8Array {
  return new Uint8Array(hex(START, sps, START, PPS[codec]));
}

describe("decoder configuration for pictures that come out one by one", () => {
  it.each(FIXTURES)("of $encoder is as it should be, with its size", ({ codec, size, sps, becomes }) => {
    const given = configuration(codec, sps);
    const made = oneInOneOut(codec, given);
    expect(made.size).toEqual({ width: size[0], height: size[1] });
    expect(toHex(made.data.slice().buffer)).toBe(toHex(configuration(codec, becomes ?? sps).slice().buffer));
    if (becomes === undefined) expect(made.data).toBe(given);
  });

  it.each(FIXTURES)("of $encoder is left alone the second time", ({ codec, size, sps }) => {
    const once = oneInOneOut(codec, configuration(codec, sps));
    const twice = oneInOneOut(codec, once.data);
    expect(twice.data).toBe(once.data);
    expect(twice.size).toEqual({ width: size[0], height: size[1] });
  });

  it("says to another reader what it means: no picture to reorder, and no more frames to hold than are referred to", () => {
    for (const { codec, sps, becomes } of FIXTURES) {
      // The reader knows neither HEVC nor a decoder's buffer.
      if (codec !== "h264" || becomes === undefined || sps.startsWith("67 640028")) continue;
      const before = readSps(new Uint8Array(hex(sps)));
      const after = readSps(new Uint8Array(hex(becomes)));
      expect(after).toMatchObject({ profile: before.profile, level: before.level, maxReorderFrames: 0 });
      expect(after.maxDecodedBuffered).toBeLessThanOrEqual(before.maxDecodedBuffered ?? 16);
      expect(after.colour).toEqual(before.colour);
    }
  });

  it("takes start codes of three bytes, zeros before them, and what stands before the set", () => {
    const given = new Uint8Array(hex("000001 09f0 00000000 000001 67 42801f da0507e4 000001 68ce06f2"));
    expect(oneInOneOut("h264", given)).toEqual({
      data: new Uint8Array(hex("00000001 09f0 00000001 67 42801f da0507e806d0442350 00000001 68ce06f2")),
      size: { width: 320, height: 240 },
    });
  });

  it.each([
    ["nothing", ""],
    ["no start code", "67 42801f da0507e4"],
    ["a set that is cut short", "00000001 67 42801f"],
    ["a start code and no more", "00000001"],
    ["the other codec's", "00000001 4201 0101600000"],
    ["nothing but ones", "00000001 67 ffffffffffffffffffffffff"],
    ["something behind its end", "00000001 67 42801f da0507e4 77"],
  ])("is left alone when it is %s", (_, bytes) => {
    const given = new Uint8Array(hex(bytes));
    expect(oneInOneOut("h264", given).data).toBe(given);
  });

  it.each(seeds())("never throws, and is stable, whatever bits are turned (seed %d)", (seed) => {
    const random = new Random(seed);
    for (let turn = 0; turn < 5_000; turn += 1) {
      const { codec, sps } = random.pick(FIXTURES);
      let bytes = hex(START, sps);
      for (let flips = random.int(1, 6); flips > 0; flips -= 1) {
        bytes = flipBit(bytes, random.int(32, bytes.byteLength * 8 - 1));
      }
      const once = oneInOneOut(codec, new Uint8Array(bytes));
      expect(oneInOneOut(codec, once.data).data).toBe(once.data);
    }
  });
});
