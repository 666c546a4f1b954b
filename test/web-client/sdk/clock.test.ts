import { expect, test } from "vitest";
import { ageMs, createSessionClock, noteClockReply } from "../../../web-client/sdk/clock.ts";

const SECOND = 1_000_000;

test("K-1 the answer with the shortest round trip decides the offset", () => {
  const clock = createSessionClock();
  // The session is 5 s ahead. 40 ms there and back evenly; then 200 ms, all of it on the way back.
  noteClockReply(clock, 100 * SECOND, 105.02 * SECOND, 100.04 * SECOND);
  noteClockReply(clock, 101 * SECOND, 106.0 * SECOND, 101.2 * SECOND);
  expect(clock.offsetMicros).toBeCloseTo(5 * SECOND, 3);
  expect(clock.roundTripMicros).toBeCloseTo(0.2 * SECOND, 3);
});

test("K-1 an answer from before its question, or after 10 s, is not believed", () => {
  const clock = createSessionClock();
  noteClockReply(clock, 100 * SECOND, 200 * SECOND, 99 * SECOND);
  noteClockReply(clock, 100 * SECOND, 200 * SECOND, 111 * SECOND);
  expect(clock.offsetMicros).toBeUndefined();
});

test("an old short round trip gives way in the end, so that a clock that drifts is followed", () => {
  const clock = createSessionClock();
  noteClockReply(clock, 0, 0, 1_000);
  for (let question = 1; question <= 8; question++) {
    const sentAt = question * SECOND;
    noteClockReply(clock, sentAt, sentAt + 3_000, sentAt + 2_000);
  }
  expect(clock.offsetMicros).toBe(2_000);
});

test("F-5 the age of a picture is told over both clocks, and not before they are compared", () => {
  const clock = createSessionClock();
  expect(ageMs(clock, 100 * SECOND, 95.03 * SECOND)).toBeUndefined();
  noteClockReply(clock, 10 * SECOND, 15 * SECOND, 10 * SECOND);
  expect(ageMs(clock, 100 * SECOND, 95.03 * SECOND)).toBeCloseTo(30, 6);
});
