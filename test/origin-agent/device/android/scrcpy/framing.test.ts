import { describe, expect, it } from "vitest";
import type { CodedSize, VideoStart } from "../../../../../origin-agent/device/android/scrcpy/framing.ts";
import { framing3 } from "../../../../../origin-agent/device/android/scrcpy/framing-3.ts";
import { framing4 } from "../../../../../origin-agent/device/android/scrcpy/framing-4.ts";
import { type MediaHeader, MediaReader } from "../../../../../origin-agent/device/android/scrcpy/media-reader.ts";
import { framingOf } from "../../../../../origin-agent/device/android/scrcpy/server-version.ts";
import { hex, toHex } from "../../../../support/hex.ts";

function view(...fields: string[]): DataView {
  return new DataView(hex(...fields));
}

describe("scrcpy's framing", () => {
  it("of 3.x says the size once, and moves configuration to the highest bit", () => {
    // An Android 16 emulator with 3.3.4 and max_size=1280.
    expect(framing3.readVideoStart(view("68323634", "00000240", "00000500"))).toEqual({
      codec: 0x68323634,
      size: { width: 576, height: 1280 },
    });
    expect(framing3.readPacketHeader(view("8000000000000000", "00000020"))).toEqual({
      kind: "media",
      config: true,
      keyframe: false,
      ptsMicros: 0,
      size: 32,
    });
    expect(framing3.readPacketHeader(view("400000009c520f69", "0000ad77"))).toEqual({
      kind: "media",
      config: false,
      keyframe: true,
      ptsMicros: 0x9c520f69,
      size: 44407,
    });
    expect(framing3.readPacketHeader(view("000000019c52a000", "00000100"))).toEqual({
      kind: "media",
      config: false,
      keyframe: false,
      ptsMicros: 2 ** 32 + 0x9c52a000,
      size: 256,
    });
  });

  it("of 4.x says the size in packets of its own, and has every other flag one bit lower", () => {
    expect(framing4.readVideoStart(view("68323634"))).toEqual({ codec: 0x68323634, size: undefined });
    const size = { width: 720, height: 1280 };
    expect(framing4.readPacketHeader(view("80000000", "000002d0", "00000500"))).toEqual({ kind: "session", size });
    // The client resized it: byte 3, bit 0.
    expect(framing4.readPacketHeader(view("80000001", "000002d0", "00000500"))).toEqual({ kind: "session", size });
    expect(framing4.readPacketHeader(view("4000000000000000", "00000020"))).toMatchObject({ config: true, size: 32 });
    expect(framing4.readPacketHeader(view("200000009c520f69", "0000ad77"))).toEqual({
      kind: "media",
      config: false,
      keyframe: true,
      ptsMicros: 0x9c520f69,
      size: 44407,
    });
  });

  it("is chosen by the server's version, and there is none for a line that nobody knows", () => {
    expect([framingOf("3.3.4"), framingOf("4.1")]).toEqual([framing3, framing4]);
    expect(() => framingOf("5.0")).toThrow(/5\.0 is of no line/);
  });
});

describe("a media stream", () => {
  const STREAM = new Uint8Array(
    hex(
      "68323634",
      "00000240",
      "00000500",
      "8000000000000000",
      "00000003",
      "aabbcc",
      "400000000000000a",
      "00000002",
      "ddee",
    ),
  );

  function reader() {
    const told: unknown[] = [];
    return {
      told,
      reader: new MediaReader({
        startBytes: framing3.videoStartBytes,
        start: (bytes) => told.push(framing3.readVideoStart(bytes) satisfies VideoStart),
        header: (bytes) => framing3.readPacketHeader(bytes),
        session: (size: CodedSize) => told.push(size),
        roomBefore: (header: MediaHeader) => (header.config ? 0 : 4),
        packet: (header, buffer) => told.push([header.keyframe, toHex(buffer)]),
      }),
    };
  }

  const EXPECTED = [
    { codec: 0x68323634, size: { width: 576, height: 1280 } },
    [false, "aabbcc"],
    [true, "00000000ddee"],
  ];

  it.each([1, 2, 3, 5, 7, 11, 13, 100])("is the same in pieces of %d bytes, with room before each packet", (length) => {
    const { told, reader: read } = reader();
    for (let at = 0; at < STREAM.length; at += length) read.push(STREAM.subarray(at, at + length));
    expect(told).toEqual(EXPECTED);
  });

  it.each([
    ["a packet of 2 GiB", "0000000000000001 80000000"],
    ["a packet of 4 MiB and a byte", "0000000000000001 00400001"],
    ["an empty packet", "0000000000000001 00000000"],
    ["a time beyond every clock", "3fffffffffffffff 00000001"],
  ])("ends at %s, before anything is kept for it", (_, header) => {
    const { reader: read } = reader();
    read.push(STREAM);
    expect(() => read.push(new Uint8Array(hex(header)))).toThrow(/the device claims a/);
  });
});
