import { beforeEach, describe, expect, it } from "vitest";
import { Decoding } from "../../../origin-agent/device/decoding.ts";

const MAX_WAITING = 3;

/** Decodes when the test says so; a 0 is no unit. */
class SlowDecoder {
  readonly decoded: number[] = [];
  closed = false;
  #go: (() => void) | undefined;

  async decode(data: Uint8Array): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#go = resolve;
    });
    const value = data[0] ?? 0;
    if (value === 0) throw new Error("no unit");
    return value;
  }

  close(): void {
    this.closed = true;
  }

  /** Let everything that waits through. */
  async drain(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) {
      this.#go?.();
      await Promise.resolve();
    }
  }
}

let decoder: SlowDecoder;
let decoding: Decoding<number>;

beforeEach(() => {
  decoder = new SlowDecoder();
  decoding = new Decoding(decoder, MAX_WAITING, (value) => decoder.decoded.push(value));
});

function take(value: number, start = false): void {
  decoding.take(Uint8Array.of(value), start);
}

describe("a lent stream", () => {
  it("B-6 is decoded in order, from where it can start", async () => {
    take(1);
    take(2, true);
    take(3);
    await decoder.drain();
    expect(decoder.decoded).toEqual([2, 3]);
  });

  it("B-6 that comes faster than it is decoded loses what follows, up to the next place to start", async () => {
    for (const value of [1, 2, 3, 4, 5, 6]) take(value, value === 1);
    take(7, true);
    take(8);
    await decoder.drain();
    expect(decoder.decoded).toEqual([1, 7, 8]);
  });

  it("B-6 goes on at the next place to start after bytes that are none", async () => {
    take(1, true);
    take(0);
    await decoder.drain();
    take(2);
    take(3, true);
    await decoder.drain();
    expect(decoder.decoded).toEqual([1, 3]);
  });

  it("B-4 that is over tells nothing more, and frees its decoder once that is at rest", async () => {
    take(1, true);
    take(2);
    const closed = decoding.close();
    expect(decoder.closed).toBe(false);
    await decoder.drain();
    await closed;
    take(3, true);
    await decoder.drain();
    expect(decoder.decoded).toEqual([]);
    expect(decoder.closed).toBe(true);
  });
});
