import { expect, test } from "vitest";
import { createSampleRing, pullSamples, pushSamples, type SampleRing } from "../../../../web-client/sdk/audio/ring.ts";
import { Random, seeds } from "../../../support/random.ts";

const TARGET = 6;
const LIMIT = 12;

function push(ring: SampleRing, ...samples: readonly number[]): void {
  pushSamples(
    ring,
    ring.channels.map((_, channel) => Float32Array.from(samples, (sample) => sample * (channel + 1))),
  );
}

function pull(ring: SampleRing, count: number): number[] {
  const output = new Float32Array(count).fill(9);
  pullSamples(ring, [output]);
  return [...output];
}

test("it is silent until the target is there, and plays in order from then on", () => {
  const ring = createSampleRing(1, TARGET, LIMIT);
  push(ring, 1, 2, 3);
  expect(pull(ring, 2)).toEqual([0, 0]);
  push(ring, 4, 5, 6);
  expect(pull(ring, 4)).toEqual([1, 2, 3, 4]);
  expect(pull(ring, 2)).toEqual([5, 6]);
});

test("running dry is silence, is counted once, and waits for the target again", () => {
  const ring = createSampleRing(1, TARGET, LIMIT);
  push(ring, 1, 2, 3, 4, 5, 6);
  expect(pull(ring, 8)).toEqual([1, 2, 3, 4, 5, 6, 0, 0]);
  push(ring, 7);
  expect(pull(ring, 2)).toEqual([0, 0]);
  expect(ring.underflows).toBe(1);
});

test("over the limit the oldest goes, down to the target and the newest piece", () => {
  const ring = createSampleRing(1, TARGET, LIMIT);
  push(ring, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  push(ring, 11, 12, 13, 14);
  expect(ring.length).toBe(TARGET + 4);
  expect(ring.dropped).toBe(4);
  expect(pull(ring, 3)).toEqual([5, 6, 7]);
});

test("of a piece longer than the ring its end is kept", () => {
  const ring = createSampleRing(1, TARGET, LIMIT);
  push(ring, ...Array.from({ length: 30 }, (_, sample) => sample));
  expect(pull(ring, 2)).toEqual([18, 19]);
});

test("every channel has its own samples; a mono source fills both outputs", () => {
  const stereo = createSampleRing(2, 2, LIMIT);
  push(stereo, 1, 2);
  const outputs = [new Float32Array(2), new Float32Array(2)];
  pullSamples(stereo, outputs);
  expect(outputs.map((output) => [...output])).toEqual([
    [1, 2],
    [2, 4],
  ]);
  const mono = createSampleRing(1, 2, LIMIT);
  push(mono, 3, 4);
  pullSamples(mono, outputs);
  expect(outputs.map((output) => [...output])).toEqual([
    [3, 4],
    [3, 4],
  ]);
});

test.each(seeds(1))("what is played is what came, in order and never twice (seed %i)", (seed) => {
  const random = new Random(seed);
  const ring = createSampleRing(1, TARGET, LIMIT);
  let next = 1;
  let last = 0;
  let played = 0;
  for (let turn = 0; turn < 5_000; turn++) {
    if (random.chance(0.5)) {
      const count = random.int(1, 9);
      push(ring, ...Array.from({ length: count }, (_, sample) => next + sample));
      next += count;
    } else {
      for (const sample of pull(ring, random.int(1, 9))) {
        if (sample === 0) continue;
        expect(sample).toBeGreaterThan(last);
        last = sample;
        played += 1;
      }
    }
    expect(ring.length).toBeLessThanOrEqual(LIMIT);
    expect(played + ring.dropped + ring.length).toBe(next - 1);
  }
  push(ring, ...Array.from({ length: TARGET }, (_, sample) => next + sample));
  expect(
    pull(ring, LIMIT)
      .filter((sample) => sample !== 0)
      .at(-1),
  ).toBe(next + TARGET - 1);
});
