import { describe, expect, it } from "vitest";
import {
  type FrameHeader,
  framePayload,
  type InputMessage,
  isFrame,
  maxFrameBytes,
  readFrameHeader,
  readInput,
  writeFrame,
  writeInput,
} from "#protocol";
import { faultOf } from "../support/fault.ts";
import { flipBit, toHex } from "../support/hex.ts";
import { Random, seeds } from "../support/random.ts";
import { CHANNELS } from "./channels.ts";
import { randomFrameHeader, randomInput } from "./random-message.ts";

const ROUNDS = 5_000;
/** Seeds that once failed are kept here for good. */
const PAST_FAILURES: readonly number[] = [];

/** What a message may say at all. */
function expectInRange(message: InputMessage): void {
  const within = (value: number, low: number, high: number) => value >= low && value <= high;
  expect(
    within(message.epoch, 0, 0xffff) &&
      within(message.sequence, 0, 2 ** 32 - 1) &&
      within(message.lease, 0, 2 ** 32 - 1),
  ).toBe(true);
  switch (message.kind) {
    case "touch": {
      const { pointers } = message;
      expect(within(pointers.length, 1, 10) && new Set(pointers.map(({ id }) => id)).size === pointers.length).toBe(
        true,
      );
      for (const { id, x, y, pressure } of pointers) {
        expect(within(id, 0, 9) && within(x, 0, 1) && within(y, 0, 1) && within(pressure, 0, 1)).toBe(true);
      }
      return;
    }
    case "key":
      expect(within(message.keycode, 0, 2 ** 32 - 1) && within(message.meta, 0, 2 ** 32 - 1)).toBe(true);
      return;
    case "text":
      expect(message.text.length > 0 && message.text.length <= 4_096).toBe(true);
      return;
    case "scroll":
      expect(within(message.x, 0, 1) && within(message.y, 0, 1)).toBe(true);
      expect(within(message.dx, -256, 256) && within(message.dy, -256, 256)).toBe(true);
  }
}

/** Either a fault, or a message in its ranges that is written as exactly these bytes: nothing is read two ways. */
function expectSound(bytes: ArrayBuffer): void {
  if (isFrame(bytes)) {
    if (faultOf(() => readFrameHeader(bytes)) !== undefined) return;
    const header: FrameHeader = readFrameHeader(bytes);
    expect(bytes.byteLength).toBeLessThanOrEqual(maxFrameBytes(header.kind));
    expect(toHex(writeFrame(header, framePayload(bytes)))).toBe(toHex(bytes));
    return;
  }
  if (faultOf(() => readInput(bytes)) !== undefined) return;
  const message = readInput(bytes);
  expectInRange(message);
  expect(toHex(writeInput(message))).toBe(toHex(bytes));
}

function mutate(bytes: ArrayBuffer, random: Random): ArrayBuffer {
  let mutated = bytes;
  for (let change = random.int(1, 4); change > 0; change -= 1) {
    switch (random.pick(["flip", "cut", "extend", "overwrite"] as const)) {
      case "flip":
        if (mutated.byteLength > 0) mutated = flipBit(mutated, random.int(0, mutated.byteLength * 8 - 1));
        break;
      case "cut":
        mutated = mutated.slice(0, random.int(0, mutated.byteLength));
        break;
      case "extend":
        mutated = new Uint8Array([...new Uint8Array(mutated), ...random.bytes(random.int(1, 16))]).buffer;
        break;
      case "overwrite": {
        const copy = new Uint8Array(mutated.slice(0));
        if (copy.length > 0) copy[random.int(0, copy.length - 1)] = random.pick([0, 1, 0x7f, 0x80, 0xff]);
        mutated = copy.buffer;
      }
    }
  }
  return mutated;
}

/** Pieces that JSON is made of, right and wrong. */
const JSON_PIECES = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "0",
  "-1",
  "1e999",
  "null",
  "true",
  '"type"',
  '"__proto__"',
  "\\u0000",
  "\\",
  "é",
];

function mutateText(text: string, random: Random): string {
  let mutated = text;
  for (let change = random.int(1, 3); change > 0; change -= 1) {
    const at = random.int(0, mutated.length);
    const until = Math.min(mutated.length, at + random.int(0, 4));
    mutated = mutated.slice(0, at) + random.pick(JSON_PIECES) + mutated.slice(until);
  }
  return mutated;
}

describe.each(seeds(...PAST_FAILURES))("with NEARGLASS_SEED=%d", (seed) => {
  it("F-2 random bytes are a fault or a sound message, whatever they claim to be", () => {
    const random = new Random(seed);
    for (let round = 0; round < ROUNDS; round += 1) {
      const bytes = random.bytes(random.int(0, 120));
      // Half of them claim to be of this version, so that more than its check is tried.
      if (bytes.length > 0 && random.chance(0.5)) bytes[0] = 0x10 | random.int(0, 15);
      expectSound(bytes.buffer);
    }
  });

  it("F-1 random frames come back as they were", () => {
    const random = new Random(seed);
    for (let round = 0; round < ROUNDS; round += 1) {
      const header = randomFrameHeader(random);
      const payload = random.bytes(random.int(1, 64));
      const message = writeFrame(header, payload);
      expect(readFrameHeader(message)).toEqual(header);
      expect(framePayload(message)).toEqual(payload);
    }
  });

  it("I-1 random inputs come back as they were", () => {
    const random = new Random(seed);
    for (let round = 0; round < ROUNDS; round += 1) {
      const message = randomInput(random);
      expect(readInput(writeInput(message))).toEqual(message);
    }
  });

  it("I-1 damaged messages are a fault or a sound message in its ranges", () => {
    const random = new Random(seed);
    for (let round = 0; round < ROUNDS; round += 1) {
      const whole = random.chance(0.8)
        ? writeInput(randomInput(random))
        : writeFrame(randomFrameHeader(random), random.bytes(random.int(1, 64)));
      expectSound(mutate(whole, random));
    }
  });

  it.each(CHANNELS)(
    "M-3 damaged $name messages are a fault or a message that reads the same again",
    ({ parse, plain }) => {
      const random = new Random(seed);
      const examples = [
        plain,
        '{"type":"hello","protocol":1,"client":"c","agent":"a","videoCodecs":["h264"],"devices":[],"serving":[],"resumed":false}',
        '{"type":"quality","received":3,"decoded":2,"painted":2,"dropped":1,"keyframesRequested":0,"freezes":1,"frozenMs":420,"rttMs":24,"receivedAge":{"p50":31,"p95":44}}',
        '{"type":"clock-reply","sentAt":1763956800000000,"at":1763956800004000,"edgeAge":{"p50":9,"p95":14}}',
      ];
      for (let round = 0; round < ROUNDS; round += 1) {
        const text = mutateText(random.pick(examples), random);
        if (faultOf(() => parse(text)) !== undefined) continue;
        const message = parse(text);
        expect(parse(JSON.stringify(message))).toEqual(message);
      }
    },
  );
});
