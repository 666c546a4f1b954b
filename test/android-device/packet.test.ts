import { expect, it } from "vitest";
import { COMMAND, PacketReader, writePacket } from "../support/android-device/adb/packet.ts";
import { hex } from "../support/hex.ts";

const WRITE = hex(
  "57525445", // WRTE
  "01000000", // the sender's stream
  "02000000", // the receiver's stream
  "03000000", // length
  "26010000", // sum of the bytes: 0x61 + 0x62 + 0x63
  "a8adabba", // WRTE with every bit turned over
  "616263", // abc
);

it("a packet is six words, the lowest byte first, and its payload", () => {
  expect(writePacket(COMMAND.write, 1, 2, Buffer.from("abc"))).toEqual(Buffer.from(WRITE));
});

it("packets are read out of single bytes, and out of pieces that hold several", () => {
  const whole = { command: COMMAND.write, first: 1, second: 2, data: Buffer.from("abc") };
  const bytewise = new PacketReader(16);
  const read = [...Buffer.from(WRITE)].flatMap((byte) => bytewise.read(Uint8Array.of(byte)));
  expect(read).toEqual([whole]);
  const two = Buffer.concat([Buffer.from(WRITE), Buffer.from(WRITE)]);
  const pieces = new PacketReader(16);
  expect([...pieces.read(two.subarray(0, 30)), ...pieces.read(two.subarray(30))]).toEqual([whole, whole]);
});

it("a length beyond what was agreed on, and words that are no packet, are refused before their payload is waited for", () => {
  const head = Buffer.from(WRITE).subarray(0, 24);
  expect(() => new PacketReader(2).read(head)).toThrow("3 bytes, where 2 are the most");
  const broken = Buffer.from(head);
  broken[20] = 0;
  expect(() => new PacketReader(16).read(broken)).toThrow("no ADB packet");
});
