import { setTimeout as pause } from "node:timers/promises";
import { Link, whyNoLinks } from "../../test/network/link.ts";
import { Random } from "../../test/support/random.ts";
import { Arms } from "../network/arms.ts";
import { Watch } from "../network/watch.ts";
import { BenchEdge } from "../support/edge.ts";
import type { Options, Report } from "../support/report.ts";
import { percentile } from "../support/statistics.ts";

const PRESSES = 100;
const FULL_PRESSES = 500;
const SETTLE_MS = 4_000;
const DELAY_MS = 20;
/** Half of what the picture would take: the stream fills it. */
const NARROW = { delayMs: DELAY_MS, rateMbit: 1 };
/** Of a picture that leaves nearly all of that link free. */
const IDLE_BITRATE = 100_000;

/** From a key press to the first picture that can show it: with a free link, and while pictures fill it. */
export async function input({ full, seed }: Options): Promise<Report> {
  const part = "input: key press to the first picture that can show it, 40 ms, 1 Mbit/s";
  const reason = whyNoLinks();
  if (reason !== undefined) return { part: `${part}: SKIPPED, ${reason}`, rows: [] };
  const presses = full ? FULL_PRESSES : PRESSES;
  const arms = await Arms.start(new BenchEdge());
  try {
    const [idle, filled, broadcast] = await Promise.all([
      echoes(arms, "session", IDLE_BITRATE, presses, seed),
      echoes(arms, "session", undefined, presses, seed),
      echoes(arms, "broadcast", undefined, presses, seed),
    ]);
    const p99 = percentile(filled, 0.99);
    return {
      part: `${part}, ${presses} presses`,
      rows: [
        { what: "p50, link free", figure: percentile(idle, 0.5), unit: "ms" },
        { what: "p50, pictures fill it", figure: percentile(filled, 0.5), unit: "ms" },
        { what: "p99, link free", figure: percentile(idle, 0.99), unit: "ms" },
        { what: "p99, pictures fill it", figure: p99, unit: "ms" },
        { what: "p99, Node broadcast (B3)", figure: percentile(broadcast, 0.99), unit: "ms" },
        { what: "p99 against the free link", figure: p99 / percentile(idle, 0.99), unit: "x", bar: 1.3 },
        { what: "p99 against B3", figure: p99 / percentile(broadcast, 0.99), unit: "x", bar: 0.2 },
      ],
    };
  } finally {
    await arms.stop();
  }
}

async function echoes(
  arms: Arms,
  arm: "session" | "broadcast",
  bitrate: number | undefined,
  presses: number,
  seed: number,
): Promise<number[]> {
  const random = new Random(seed);
  const link = await Link.open({ down: NARROW, up: NARROW }, seed);
  try {
    const watch = await Watch.begin(await arms.room(arm), link, bitrate === undefined ? {} : { bitrate });
    await pause(SETTLE_MS);
    for (let press = 0; press < presses; press += 1) {
      await watch.viewers.call("press", { index: 0 });
      // A hand is no clock: else each press would meet the same moment of a frame.
      await pause(random.int(60, 140));
    }
    await pause(SETTLE_MS);
    const { arrivals, inputs, origin } = await watch.end();
    const pictures = arrivals.filter(({ kind }) => kind === "video");
    const end = arrivals.at(-1)?.at ?? 0;
    return inputs.map(({ sequence, at }) => {
      const applied = origin.applied.find((each) => each.sequence === sequence);
      const shown = pictures.find((picture) => applied !== undefined && picture.sequence >= applied.picture);
      // One whose echo had not come by the end has taken at least so long.
      return ((shown?.at ?? end) - at) / 1_000;
    });
  } finally {
    await link.close();
  }
}
