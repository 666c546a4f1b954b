import { describe, expect, it } from "vitest";
import {
  type Direction,
  type DownRecord,
  down,
  type LinkRecord,
  type UpRecord,
  up,
  writeRecord,
} from "../../edge/mirror-link/record.ts";
import { RecordReader } from "../../edge/mirror-link/record-reader.ts";
import { faultOf } from "../support/fault.ts";
import { hex, toHex } from "../support/hex.ts";

const DOWN: readonly (readonly [DownRecord, ArrayBuffer])[] = [
  [
    { kind: "frame", message: hex("1100") },
    hex(
      "00000002", // length of the body
      "01", // kind 1: frame
      "1100", // the frame
    ),
  ],
  [
    { kind: "display", text: "{}" },
    hex(
      "00000002", // length of the body
      "02", // kind 2: display
      "7b7d", // the message
    ),
  ],
  [
    { kind: "tell", seat: "b7", connection: 0x01020304, text: "ü" },
    hex(
      "00000009", // length of the body
      "03", // kind 3: tell
      "02", // length of the seat's name
      "6237", // seat
      "01020304", // connection
      "c3bc", // the message, UTF-8
    ),
  ],
  [
    { kind: "admit", seat: "b", connection: 0, view: true, audio: false },
    hex(
      "00000007", // length of the body
      "04", // kind 4: admit
      "01", // length of the seat's name
      "62", // seat
      "00000000", // connection: whichever the seat has
      "01", // flags: view
    ),
  ],
  [
    { kind: "close", seat: "b", connection: 9, code: 4001 },
    hex(
      "00000008", // length of the body
      "05", // kind 5: close
      "01", // length of the seat's name
      "62", // seat
      "00000009", // connection
      "0fa1", // code
    ),
  ],
  [
    { kind: "rest" },
    hex(
      "00000000", // length of the body
      "06", // kind 6: rest
    ),
  ],
];

const UP: readonly (readonly [UpRecord, ArrayBuffer])[] = [
  [
    { kind: "connected", seat: "b", connection: 1 },
    hex(
      "00000006", // length of the body
      "10", // kind 16: connected
      "0162", // seat
      "00000001", // connection
    ),
  ],
  [
    { kind: "left", seat: "b", connection: 1 },
    hex(
      "00000006", // length of the body
      "11", // kind 17: left
      "0162", // seat
      "00000001", // connection
    ),
  ],
  [
    { kind: "said", seat: "b", connection: 1, text: "{}" },
    hex(
      "00000008", // length of the body
      "12", // kind 18: said
      "0162", // seat
      "00000001", // connection
      "7b7d", // the text
    ),
  ],
  [
    { kind: "input", seat: "b", connection: 1, message: hex("1902") },
    hex(
      "00000008", // length of the body
      "13", // kind 19: input
      "0162", // seat
      "00000001", // connection
      "1902", // the bytes
    ),
  ],
  [
    { kind: "ack", video: 0xfffffffe },
    hex(
      "00000004", // length of the body
      "14", // kind 20: ack
      "fffffffe", // sequence
    ),
  ],
  [
    { kind: "ack", video: undefined },
    hex(
      "00000000", // length of the body
      "14", // kind 20: ack of sound alone
    ),
  ],
  [
    { kind: "wish-keyframe" },
    hex(
      "00000000", // length of the body
      "15", // kind 21: wish-keyframe
    ),
  ],
  [
    { kind: "rate", bitrate: 1_000_000 },
    hex(
      "00000004", // length of the body
      "16", // kind 22: rate
      "000f4240", // bits a second
    ),
  ],
  [
    { kind: "sent", seat: "b", connection: 1, frames: 300, bytes: 0xfffffffe, stops: 2 },
    hex(
      "00000012", // length of the body
      "17", // kind 23: sent
      "0162", // seat
      "00000001", // connection
      "0000012c", // video frames
      "fffffffe", // their bytes
      "00000002", // stops
    ),
  ],
  [
    { kind: "lent", seat: "b", connection: 1, message: hex("1302") },
    hex(
      "00000008", // length of the body
      "18", // kind 24: lent
      "0162", // seat
      "00000001", // connection
      "1302", // the bytes
    ),
  ],
];

function read<Record extends LinkRecord>(direction: Direction<Record>, bytes: ArrayBuffer): Record[] {
  return new RecordReader(direction).take(new Uint8Array(bytes));
}

describe("a record of the link", () => {
  it.each([...DOWN, ...UP])("G-3 is written as these bytes: %o", (record, bytes) => {
    const written = writeRecord(record);
    expect(toHex(written.slice().buffer)).toBe(toHex(bytes));
  });

  it.each(DOWN)("G-3 is read from these bytes by a mirror: %o", (record, bytes) => {
    expect(read(down, bytes)).toEqual([record]);
    if (bytes.byteLength > 0) expect(faultOf(() => read(up, bytes))).toBe("unknown-kind");
  });

  it.each(UP)("G-3 is read from these bytes by the home: %o", (record, bytes) => {
    expect(read(up, bytes)).toEqual([record]);
    expect(faultOf(() => read(down, bytes))).toBe("unknown-kind");
  });

  it("G-3 holds a frame in a buffer of its own, which goes to every seat as it is", () => {
    const [frame] = read(down, hex("00000002011100", "00000000", "06"));
    expect(frame?.kind === "frame" && frame.message.byteLength).toBe(2);
  });

  it.each([
    ["truncated", down, hex("00000005", "05", "0162000000")],
    ["truncated", down, hex("00000007", "05", "0162", "00000001", "0f")],
    ["oversized", down, hex("00000009", "05", "0162", "00000001", "0fa100")],
    ["bad-value", down, hex("00000006", "04", "00", "00000001", "01")],
    ["bad-value", down, hex("00000006", "04", "41", "00000001", "01")],
    ["bad-flags", down, hex("00000007", "04", "0162", "00000001", "04")],
    ["bad-utf8", down, hex("00000002", "02", "c328")],
    ["bad-utf8", down, hex("00000007", "03", "01ff", "00000001", "7b")],
    ["oversized", up, hex("00000007", "10", "0162", "00000001", "00")],
    ["truncated", up, hex("00000002", "14", "0001")],
    ["truncated", up, hex("00000011", "17", "0162", "00000001", "0000012c", "00000001", "000000")],
    ["oversized", up, hex("00000052", "17")],
    ["unknown-kind", down, hex("00000000", "07")],
    ["unknown-kind", up, hex("00000000", "00")],
  ] as const)("G-3 is %s, and the link over", (fault, direction, bytes) => {
    expect(faultOf(() => read<LinkRecord>(direction, bytes))).toBe(fault);
  });

  it.each([
    ["01", 1024 * 1024],
    ["02", 1024],
    ["03", 3 * 1024 * 1024 + 69],
    ["04", 70],
    ["05", 71],
    ["06", 0],
  ] as const)("G-3 of kind %s has a body of at most %i bytes, known before any of it is kept", (kind, limit) => {
    const header = (length: number) => hex(length.toString(16).padStart(8, "0"), kind);
    expect(faultOf(() => read(down, header(limit + 1)))).toBe("oversized");
    if (limit > 0) expect(read(down, header(limit))).toEqual([]);
  });

  it("G-3 a lent frame is as long as a frame may be, and no longer", () => {
    const header = (length: number) => hex(length.toString(16).padStart(8, "0"), "18");
    expect(read(up, header(1024 * 1024 + 69))).toEqual([]);
    expect(faultOf(() => read(up, header(1024 * 1024 + 70)))).toBe("oversized");
  });

  it("G-3 over its limit is not written", () => {
    expect(() => writeRecord({ kind: "frame", message: new ArrayBuffer(1024 * 1024 + 1) })).toThrow(RangeError);
    expect(() => writeRecord({ kind: "left", seat: "x".repeat(65), connection: 1 })).toThrow(RangeError);
  });
});
