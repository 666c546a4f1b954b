import { readFileSync } from "node:fs";
import { whyNoLinks } from "../../test/network/link.ts";
import { parseTrace } from "../../test/network/mahimahi.ts";
import { Random } from "../../test/support/random.ts";
import { drivingTrace } from "../../test/support/simulated-link.ts";
import { Arms } from "../network/arms.ts";
import { cuts } from "../network/cuts.ts";
import { rateChange } from "../network/rate-change.ts";
import { relayNear } from "../network/relay-near.ts";
import { traceRun } from "../network/trace-run.ts";
import { BenchEdge } from "../support/edge.ts";
import type { Options, Report } from "../support/report.ts";

/** Repeats where one takes most of a minute. */
const FULL_REPEATS = 5;
const TRACE_SECONDS = { short: 40, full: 120 } as const;
const LOSS_SECONDS = { short: 15, full: 120 } as const;

/** Narrow, lossy, distant and vanishing networks: emulated links with real TCP, the same for each relay beside ours. */
export async function network({ full, seed, trace }: Options): Promise<Report> {
  const reason = whyNoLinks();
  if (reason !== undefined) return { part: `network: SKIPPED, ${reason}`, rows: [] };
  const seeds = Array.from({ length: full ? FULL_REPEATS : 1 }, (_, index) => seed + index);
  const arms = await Arms.start(new BenchEdge());
  try {
    const length = full ? "full" : "short";
    const recorded = trace === undefined ? undefined : parseTrace(readFileSync(trace, "utf8"));
    const traces = seeds.map((each) => ({
      seed: each,
      packets: recorded ?? drivingTrace(new Random(each), TRACE_SECONDS.full),
    }));
    return {
      part: `network: emulated links, side by side, seeds ${seeds.join(", ")}`,
      rows: [
        ...(await rateChange(arms, seeds)),
        ...(await traceRun(arms, traces, TRACE_SECONDS[length])),
        ...(await relayNear(arms, seeds, LOSS_SECONDS[length])),
        ...(await cuts(arms, seed)),
      ],
    };
  } finally {
    await arms.stop();
  }
}
