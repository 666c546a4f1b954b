import { setTimeout as pause } from "node:timers/promises";
import type { DirectionProfile } from "../../test/network/direction.ts";
import { Link } from "../../test/network/link.ts";
import type { Row } from "../support/report.ts";
import { over, percentile } from "../support/statistics.ts";
import { nowMicros } from "../support/stream.ts";
import { ages } from "../support/watching.ts";
import type { Arms } from "./arms.ts";
import { Watch } from "./watch.ts";

const RATE_MBIT = 8;
const LAST_MILE_MS = 20;
const LONG_HAUL_MS = 60;
/** Of a frame that met nothing on its way: 80 ms of distance and 8 of its bytes at 8 Mbit/s. */
const FLOOR_MS = LAST_MILE_MS + LONG_HAUL_MS + 8;
const LATE_MS = FLOOR_MS + 100;
const SETTLE_MS = 3_000;
const LOSSES = [0.01, 0.03] as const;

/** A relay near the viewer, beyond it a long clean way, against the same relay at the origin and one TCP all the way. */
export async function relayNear(arms: Arms, seeds: readonly number[], seconds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const loss of LOSSES) {
    const near: number[][] = [];
    const far: number[][] = [];
    for (const seed of seeds) {
      const [split, whole] = await Promise.all([
        watched(arms, seed, seconds, { delayMs: LAST_MILE_MS, rateMbit: RATE_MBIT, loss }, { delayMs: LONG_HAUL_MS }),
        watched(arms, seed, seconds, { delayMs: LAST_MILE_MS + LONG_HAUL_MS, rateMbit: RATE_MBIT, loss }),
      ]);
      near.push(split);
      far.push(whole);
    }
    const p95 = (all: readonly number[][]) => all.map((each) => percentile(each, 0.95));
    const late = (all: readonly number[][]) =>
      all.map((each) => each.filter((age) => age > LATE_MS).length / each.length);
    const ratios = (a: readonly number[], b: readonly number[]) =>
      a.map((value, index) => value / (b[index] ?? Number.NaN));
    rows.push(
      {
        what: `relay near the viewer, ${loss * 100} % lost on 40 ms, 120 ms beyond: age p95`,
        unit: "ms",
        ...over(p95(near)),
      },
      { what: "  one TCP over 160 ms", unit: "ms", ...over(p95(far)) },
      { what: "  against it", unit: "x", bar: 0.5, ...over(ratios(p95(near), p95(far))) },
      { what: "  late frames against it", unit: "x", bar: 0.25, ...over(ratios(late(near), late(far))) },
    );
  }
  return rows;
}

async function watched(
  arms: Arms,
  seed: number,
  seconds: number,
  lastMile: DirectionProfile,
  longHaul?: DirectionProfile,
): Promise<number[]> {
  const link = await Link.open({ down: lastMile, up: lastMile }, seed);
  const originLink = longHaul === undefined ? undefined : await Link.open({ down: longHaul, up: longHaul }, seed);
  try {
    const watch = await Watch.begin(await arms.room("session"), link, { originLink });
    await pause(SETTLE_MS);
    const from = nowMicros();
    await pause(seconds * 1_000);
    const to = nowMicros();
    const { arrivals } = await watch.end();
    return ages(arrivals, { from, to });
  } finally {
    await link.close();
    await originLink?.close();
  }
}
