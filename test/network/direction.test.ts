import { describe, expect, it } from "vitest";
import { Random } from "../support/random.ts";
import { Direction, type DirectionProfile } from "./direction.ts";
import { parseTrace } from "./mahimahi.ts";

/** When each packet of a run came out, by its number. */
function run(
  direction: Direction<number>,
  offers: readonly (readonly [at: number, bytes: number])[],
): Map<number, number> {
  const out = new Map<number, number>();
  const takeUntil = (end: number) => {
    for (let next = direction.nextAt(); next !== undefined && next <= end; next = direction.nextAt())
      for (const packet of direction.take(next)) out.set(packet, next);
  };
  for (const [number, [at, bytes]] of offers.entries()) {
    takeUntil(at);
    direction.offer(number, bytes, at);
  }
  takeUntil(1e9);
  return out;
}

function direction(profile: DirectionProfile, seed = 1): Direction<number> {
  return new Direction(profile, new Random(seed), 0);
}

const burst = (count: number, bytes: number) => Array.from({ length: count }, () => [0, bytes] as const);

describe("one direction of a link", () => {
  it("lets a packet out after the delay, and does nothing else to it", () => {
    expect([
      ...run(direction({ delayMs: 40 }), [
        [0, 100],
        [7, 1500],
      ]).values(),
    ]).toEqual([40, 47]);
  });

  it("takes the time of its rate for each packet, one after the other", () => {
    // 1000 bytes at 1 Mbit/s are 8 ms.
    const out = run(direction({ rateMbit: 1, delayMs: 5 }), [
      [0, 1000],
      [0, 1000],
      [100, 1000],
    ]);
    expect([...out.values()]).toEqual([13, 21, 113]);
  });

  it("drops at the tail what its queue cannot hold, and says so", () => {
    const full = direction({ rateMbit: 1, queueBytes: 3000 });
    expect([...run(full, burst(5, 1000)).keys()]).toEqual([0, 1, 2]);
    expect(full.report()).toEqual({ packets: 3, bytes: 3000, lostByChance: 0, lostByQueue: 2, lostByOutage: 0 });
  });

  it("loses its share by chance, the same packets for the same seed", () => {
    const offers = Array.from({ length: 10_000 }, (_, index) => [index, 100] as const);
    const lost = direction({ loss: 0.03 }, 7);
    const came = [...run(lost, offers).keys()];
    expect(lost.report().lostByChance).toBe(10_000 - came.length);
    expect(lost.report().lostByChance / 10_000).toBeGreaterThan(0.024);
    expect(lost.report().lostByChance / 10_000).toBeLessThan(0.036);
    expect([...run(direction({ loss: 0.03 }, 7), offers).keys()]).toEqual(came);
    expect([...run(direction({ loss: 0.03 }, 8), offers).keys()]).not.toEqual(came);
  });

  it("shakes packets by up to the jitter, and keeps their order", () => {
    const out = [
      ...run(
        direction({ delayMs: 10, jitterMs: 20 }),
        Array.from({ length: 500 }, (_, index) => [index * 5, 100] as const),
      ),
    ];
    const extra = out.map(([number, at]) => at - number * 5 - 10);
    expect(Math.min(...extra)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...extra)).toBeLessThanOrEqual(20);
    expect(new Set(extra).size).toBeGreaterThan(100);
    expect(out.map(([number]) => number)).toEqual(out.map((_, index) => index));
  });

  it("goes on at a new rate with what was waiting for the old one", () => {
    const link = direction({ rateMbit: 1 });
    for (const number of [0, 1, 2]) link.offer(number, 1000, 0);
    expect(link.take(8)).toEqual([0]);
    link.set({ rateMbit: 8 }, 9);
    expect(link.take(11)).toEqual([1, 2]);
  });

  it("lets nothing through in an outage, and what waited after it; what found no room is lost to the outage", () => {
    const link = direction({ rateMbit: 1, queueBytes: 2000 });
    link.outage(true, 0);
    for (const number of [0, 1, 2]) link.offer(number, 1000, 1);
    expect(link.nextAt()).toBeUndefined();
    expect(link.take(3000)).toEqual([]);
    link.outage(false, 3000);
    expect(link.take(3008)).toEqual([0]);
    expect(link.take(3016)).toEqual([1]);
    expect(link.report().lostByOutage).toBe(1);
  });

  it("lets 1504 bytes through at each moment of a trace, over and over, and a moment with nothing to carry is gone", () => {
    const link = direction({ trace: [10, 20, 100] });
    const out = run(link, [
      [15, 1504],
      [15, 752],
      [15, 752],
      [250, 3008],
    ]);
    // 1504 at 20, twice 752 at 100; 110 to 220 carry nothing; 300 and 310 carry the last.
    expect([...out.values()]).toEqual([20, 100, 100, 310]);
  });
});

describe("a trace of mahimahi", () => {
  it("is a number a line", () => {
    expect(parseTrace("1\n1\n20\n")).toEqual([1, 1, 20]);
  });

  it.each(["", "0\n", "a\n", "5\n4\n", "1.5\n"])("is refused when it is none: %j", (text) => {
    expect(() => parseTrace(text)).toThrow(/trace/);
  });
});
