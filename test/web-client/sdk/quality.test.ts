import { expect, test } from "vitest";
import { QualityMeter } from "../../../web-client/sdk/quality.ts";

const SECOND = 1_000_000;

function shown(sequence: number, capturedAtMicros: number) {
  return { keyframe: false, epoch: 1, sequence, capturedAtMicros, paintedAtMicros: capturedAtMicros + 50_000 };
}

test("Q-1 a report has the ages since the last one, and begins them anew", () => {
  const meter = new QualityMeter();
  for (const ageMs of [10, 20, 30]) {
    meter.arrived(SECOND, ageMs);
    meter.painted(shown(ageMs, SECOND), { decodedMs: ageMs + 4, paintedMs: ageMs + 6 });
  }
  expect(meter.takeReport()).toEqual({
    freezes: 0,
    frozenMs: 0,
    receivedAge: { p50: 20, p95: 30 },
    decodedAge: { p50: 24, p95: 34 },
    paintedAge: { p50: 26, p95: 36 },
  });
  expect(meter.takeReport()).toEqual({ freezes: 0, frozenMs: 0 });
});

test("Q-1 what was captured before the welcome came out of a cache, and no clock says nothing of an age", () => {
  const meter = new QualityMeter();
  meter.joined(10 * SECOND);
  meter.arrived(9 * SECOND, 1_000);
  meter.painted(shown(1, 9 * SECOND), { decodedMs: 1_001, paintedMs: 1_002 });
  meter.arrived(11 * SECOND, undefined);
  meter.painted(shown(2, 11 * SECOND), { decodedMs: undefined, paintedMs: undefined });
  expect(meter.takeReport()).toEqual({ freezes: 0, frozenMs: 0 });
});

test("K-2 what is left of a frame's age when it came to the edge is the way from there", () => {
  const meter = new QualityMeter();
  expect(meter.edgeToReceivedMs({ p50: 5, p95: 9 })).toBeUndefined();
  for (const ageMs of [12, 15, 40]) meter.arrived(SECOND, ageMs);
  expect(meter.edgeToReceivedMs(undefined)).toBeUndefined();
  expect(meter.edgeToReceivedMs({ p50: 5, p95: 9 })).toBe(10);
  // Two clocks that were compared over a slow network.
  expect(meter.edgeToReceivedMs({ p50: 16, p95: 20 })).toBe(0);
  meter.joined(2 * SECOND);
  expect(meter.edgeToReceivedMs({ p50: 5, p95: 9 })).toBeUndefined();
});
