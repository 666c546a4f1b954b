import { Arms } from "../network/arms.ts";
import { cuts } from "../network/cuts.ts";
import { openWay, traceOf, whyNoWays } from "../network/open-way.ts";
import { rateChange } from "../network/rate-change.ts";
import { relayNear } from "../network/relay-near.ts";
import { traceRun } from "../network/trace-run.ts";
import { BenchEdge } from "../support/edge.ts";
import type { Options, Report } from "../support/report.ts";

/** Repeats where one takes most of a minute. */
const FULL_REPEATS = 5;
const TRACE_SECONDS = { short: 40, full: 120 } as const;
const LOSS_SECONDS = { short: 20, full: 120 } as const;

/** Narrow, lossy, distant and vanishing networks: emulated links with real TCP, the same for each relay beside ours. */
export async function network({ full, seed, trace }: Options): Promise<Report> {
  const reason = whyNoWays();
  if (reason !== undefined) return { part: `network: SKIPPED, ${reason}`, rows: [] };
  const seeds = Array.from({ length: full ? FULL_REPEATS : 1 }, (_, index) => seed + index);
  const arms = await Arms.start(new BenchEdge());
  try {
    const length = full ? "full" : "short";
    const traces = seeds.map((each) => ({ seed: each, packets: traceOf(each, trace) }));
    return {
      part: `network: emulated links, side by side, seeds ${seeds.join(", ")}`,
      rows: [
        ...(await rateChange(arms, openWay, seeds)),
        ...(await traceRun(arms, openWay, traces, TRACE_SECONDS[length])),
        ...(await relayNear(arms, openWay, seeds, LOSS_SECONDS[length])),
        ...(await cuts(arms, openWay, seed)),
      ],
    };
  } finally {
    await arms.stop();
  }
}
