import { setTimeout as pause } from "node:timers/promises";
import { Link } from "../../test/network/link.ts";
import type { Row } from "../support/report.ts";
import { over, percentile } from "../support/statistics.ts";
import { nowMicros } from "../support/stream.ts";
import { ages, agesOnGlass, audioGaps, skips, untilFresh } from "../support/watching.ts";
import { ARMS, type Arm, type Arms } from "./arms.ts";
import { Watch, type Watched } from "./watch.ts";

const DELAY_MS = 20;
const ROUND_TRIP_MS = 2 * DELAY_MS;
const WIDE = { delayMs: DELAY_MS, rateMbit: 8 };
const NARROW = { rateMbit: 1 };
/** How long each stretch takes: wide, narrow, wide again, nothing at all, wide again. */
const STRETCHES_MS = { wide: 4_000, narrow: 20_000, returned: 8_000, outage: 3_000, after: 6_000 } as const;

interface Drive {
  readonly watched: Watched;
  /** When each stretch began, Unix microseconds. */
  readonly narrow: number;
  readonly returned: number;
  readonly outage: number;
  readonly after: number;
}

/** The rate falls from 8 to 1 Mbit/s at 40 ms, returns, and then the link is gone for 3 s. */
export async function rateChange(arms: Arms, seeds: readonly number[]): Promise<Row[]> {
  const drives: Record<Arm, Drive[]> = { session: [], polled: [], broadcast: [] };
  for (const seed of seeds) {
    // Side by side: whatever else the machine does meets all alike.
    await Promise.all(
      ARMS.map(async (arm) => {
        const link = await Link.open({ down: WIDE, up: WIDE }, seed);
        try {
          drives[arm].push(await drive(arms, arm, link));
        } finally {
          await link.close();
        }
      }),
    );
  }
  const of = (arm: Arm, figure: (drive: Drive) => number) => drives[arm].map(figure);
  const against = (arm: Arm, figure: (drive: Drive) => number) =>
    of("session", figure).map((ours, index) => ours / (of(arm, figure)[index] ?? Number.NaN));
  const fallen = ({ watched, narrow, returned }: Drive) =>
    percentile(ages(watched.arrivals, { from: narrow, to: returned }), 0.95);
  const glass = ({ watched, narrow, returned }: Drive) =>
    percentile(agesOnGlass(watched.arrivals, { from: narrow, to: returned }), 0.95);
  const returned = ({ watched, returned: at }: Drive) => untilFresh(watched.arrivals, at);
  const after = ({ watched, after: at }: Drive) => untilFresh(watched.arrivals, at);
  const gaps = ({ watched, narrow, outage }: Drive) => audioGaps(watched.arrivals, { from: narrow, to: outage });
  const spare = ({ watched }: Drive) => watched.origin.keyframes - 1 - skips(watched.arrivals);
  const undecodable = ({ watched }: Drive) => watched.undecodable;
  return [
    { what: "rate falls 8 -> 1 Mbit/s: age p95", unit: "ms", bar: ROUND_TRIP_MS + 300, ...over(of("session", fallen)) },
    { what: "  polling server (B5)", unit: "ms", ...over(of("polled", fallen)) },
    { what: "  Node broadcast (B3)", unit: "ms", ...over(of("broadcast", fallen)) },
    { what: "  against B5", unit: "x", bar: 0.25, ...over(against("polled", fallen)) },
    { what: "  against B3", unit: "x", bar: 0.05, ...over(against("broadcast", fallen)) },
    { what: "  age on the glass p95, looked at every 10 ms", unit: "ms", ...over(of("session", glass)) },
    { what: "rate returns: until a fresh picture", unit: "ms", ...over(of("session", returned)) },
    { what: "  against B5", unit: "x", bar: 0.3, ...over(against("polled", returned)) },
    { what: "after an outage of 3 s: until a fresh picture", unit: "ms", ...over(of("session", after)) },
    { what: "  against B5", unit: "x", bar: 0.3, ...over(against("polled", after)) },
    { what: "gaps in the sound over 60 ms, but for the outage", unit: "", bar: 0, ...over(of("session", gaps)) },
    { what: "  of B5", unit: "", ...over(of("polled", gaps)) },
    { what: "keyframes above one and one for each skip", unit: "", bar: 0, ...over(of("session", spare)) },
    { what: "undecodable pictures delivered", unit: "", bar: 0, figure: Math.max(...of("session", undecodable)) },
  ];
}

async function drive(arms: Arms, arm: Arm, link: Link): Promise<Drive> {
  const watch = await Watch.begin(await arms.room(arm), link);
  try {
    await pause(STRETCHES_MS.wide);
    const narrow = nowMicros();
    await link.set({ down: NARROW });
    await pause(STRETCHES_MS.narrow);
    const returned = nowMicros();
    await link.set({ down: WIDE });
    await pause(STRETCHES_MS.returned);
    const outage = nowMicros();
    await link.outage(true);
    await pause(STRETCHES_MS.outage);
    const after = nowMicros();
    await link.outage(false);
    await pause(STRETCHES_MS.after);
    return { watched: await watch.end(), narrow, returned, outage, after };
  } finally {
    watch.stop();
  }
}
