import { setTimeout as pause } from "node:timers/promises";
import { Link } from "../../test/network/link.ts";
import type { Row } from "../support/report.ts";
import { median, percentile } from "../support/statistics.ts";
import { FRAME_BYTES, KEYFRAME_FRAMES } from "../support/stream.ts";
import type { Arms } from "./arms.ts";
import { Watch } from "./watch.ts";

const DELAY_MS = 20;
const ROUND_TRIP_MS = 2 * DELAY_MS;
const RATE_MBIT = 8;
const PROFILE = { delayMs: DELAY_MS, rateMbit: RATE_MBIT };
const CUTS = 50;
const PAUSE_MS = 150;
const SETTLE_MS = 2_000;
const KEYFRAME_MS = (FRAME_BYTES * KEYFRAME_FRAMES * 8) / (RATE_MBIT * 1_000);

/** A viewer's socket is cut without a word, again and again, and it comes back with its resume token. */
export async function cuts(arms: Arms, seed: number): Promise<Row[]> {
  const link = await Link.open({ down: PROFILE, up: PROFILE }, seed);
  try {
    const watch = await Watch.begin(await arms.room("session"), link);
    await pause(SETTLE_MS);
    const took: number[] = [];
    for (let cut = 0; cut < CUTS; cut += 1) {
      took.push(await watch.viewers.call("cut", { index: 0 }));
      await pause(PAUSE_MS);
    }
    const { origin, undecodable } = await watch.end();
    const bar = 3 * ROUND_TRIP_MS + KEYFRAME_MS + 50;
    return [
      { what: `socket cut ${CUTS} times at 40 ms: until a fresh picture, p50`, unit: "ms", figure: median(took) },
      { what: "  p95", unit: "ms", bar, figure: percentile(took, 0.95) },
      { what: "  keyframes that the origin made", unit: "", figure: origin.keyframes },
      { what: "  undecodable pictures delivered", unit: "", bar: 0, figure: undecodable },
    ];
  } finally {
    await link.close();
  }
}
