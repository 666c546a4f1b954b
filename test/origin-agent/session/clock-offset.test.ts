import { describe, expect, it } from "vitest";
import { createClockOffset, guessClock, noteClock, toSessionTime } from "../../../origin-agent/session/clock-offset.ts";

/** An answer over a link with these one-way times, from a session clock that is `ahead`; all in microseconds. */
function ask(clock: ReturnType<typeof createClockOffset>, sentAt: number, there: number, back: number, ahead: number) {
  noteClock(clock, sentAt, sentAt + there + ahead, sentAt + there + back);
}

describe("clock offset", () => {
  it("K-1 an even way gives the offset exactly", () => {
    const clock = createClockOffset();
    ask(clock, 1_000_000, 20_000, 20_000, -3_000_000);
    expect(toSessionTime(clock, 10_000_000)).toBe(7_000_000);
  });

  it("K-1 the answer with the shortest round trip is believed", () => {
    const clock = createClockOffset();
    ask(clock, 0, 400_000, 20_000, 500);
    ask(clock, 1_000_000, 5_000, 5_000, 500);
    ask(clock, 2_000_000, 20_000, 900_000, 500);
    expect(toSessionTime(clock, 1)).toBe(501);
  });

  it("K-1 old answers are forgotten: a clock that was set right is followed", () => {
    const clock = createClockOffset();
    ask(clock, 0, 1_000, 1_000, 0);
    for (let question = 1; question <= 8; question += 1) ask(clock, question * 1_000_000, 9_000, 9_000, 2_000_000);
    expect(toSessionTime(clock, 0)).toBe(2_000_000);
  });

  it("K-1 answers that cannot be, or took too long, change nothing", () => {
    const clock = createClockOffset();
    noteClock(clock, 5_000_000, 1, 4_000_000);
    noteClock(clock, 0, 1, 11_000_000);
    expect(clock.offset).toBeUndefined();
  });

  it("K-1 a guess holds until the first answer", () => {
    const clock = createClockOffset();
    guessClock(clock, 1_000_000, 990_000);
    expect(toSessionTime(clock, 0)).toBe(10_000);
    ask(clock, 2_000_000, 10_000, 10_000, 300);
    guessClock(clock, 9_000_000, 0);
    expect(toSessionTime(clock, 0)).toBe(300);
  });

  it("F-5 a stamp is never below 0, and whole", () => {
    const clock = createClockOffset();
    guessClock(clock, 0, 5_000);
    expect(toSessionTime(clock, 1_000)).toBe(0);
    noteClock(clock, 0, 2, 1);
    expect(Number.isInteger(toSessionTime(clock, 10))).toBe(true);
  });
});
