import { describe, expect, it } from "vitest";
import { type DownRecord, down, type UpRecord, up, writeRecord } from "../../edge/mirror-link/record.ts";
import { RecordReader } from "../../edge/mirror-link/record-reader.ts";
import { faultOf } from "../support/fault.ts";
import { Random, seeds } from "../support/random.ts";

const ROUNDS = 300;
/** Seeds that once failed are kept here for good. */
const PAST_FAILURES: readonly number[] = [];

function randomName(random: Random) {
  return { seat: "abcdefgh-1234".slice(0, random.int(1, 13)), connection: random.int(0, 2 ** 32 - 1) };
}

function randomDown(random: Random): DownRecord {
  const name = randomName(random);
  return random.pick<() => DownRecord>([
    () => ({ kind: "frame", message: random.bytes(random.int(0, 300)).buffer }),
    () => ({ kind: "display", text: "ü".repeat(random.int(0, 40)) }),
    () => ({ kind: "tell", ...name, text: "…".repeat(random.int(0, 40)) }),
    () => ({ kind: "admit", ...name, view: random.chance(0.5), audio: random.chance(0.5) }),
    () => ({ kind: "close", ...name, code: random.int(0, 0xffff) }),
    () => ({ kind: "rest" }),
  ])();
}

function randomUp(random: Random): UpRecord {
  const name = randomName(random);
  return random.pick<() => UpRecord>([
    () => ({ kind: "connected", ...name }),
    () => ({ kind: "left", ...name }),
    () => ({ kind: "said", ...name, text: "🙂".repeat(random.int(0, 40)) }),
    () => ({ kind: "input", ...name, message: random.bytes(random.int(0, 100)).buffer }),
    () => ({ kind: "lent", ...name, message: random.bytes(random.int(0, 300)).buffer }),
    () => ({ kind: "ack", video: random.chance(0.5) ? undefined : random.int(0, 2 ** 32 - 1) }),
    () => ({ kind: "wish-keyframe" }),
    () => ({ kind: "rate", bitrate: random.int(0, 0xffff_ffff) }),
    () => ({ kind: "sent", ...name, frames: random.int(0, 9), bytes: random.int(0, 0xffff_ffff), stops: 0 }),
  ])();
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}

describe.each(seeds(...PAST_FAILURES))("by chance, NEARGLASS_SEED=%i", (seed) => {
  const random = new Random(seed);

  it("G-3 records are read as they were written, one byte at a time and cut anywhere", () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const records = Array.from({ length: 8 }, () => (round % 2 === 0 ? randomDown(random) : randomUp(random)));
      const bytes = joined(records.map(writeRecord));
      for (const longest of [1, 7, 1_000]) {
        const reader = new RecordReader<DownRecord | UpRecord>(round % 2 === 0 ? down : up);
        const read: (DownRecord | UpRecord)[] = [];
        for (let at = 0; at < bytes.byteLength; ) {
          const length = random.int(1, longest);
          read.push(...reader.take(bytes.subarray(at, at + length)));
          at += length;
        }
        expect(read).toEqual(records);
      }
    }
  });

  it("G-3 bytes of any kind give records or a fault, and nothing else", () => {
    let faults = 0;
    for (let round = 0; round < ROUNDS * 10; round += 1) {
      const reader = new RecordReader<DownRecord | UpRecord>(round % 2 === 0 ? down : up);
      const bytes = writeRecord(round % 2 === 0 ? randomDown(random) : randomUp(random));
      const damaged = joined([bytes, random.bytes(20)]);
      const at = random.int(0, bytes.byteLength - 1);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random.int(0, 7));
      if (faultOf(() => reader.take(damaged)) !== undefined) faults += 1;
    }
    expect(faults).toBeGreaterThan(0);
  });
});
