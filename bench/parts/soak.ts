import { setTimeout as pause } from "node:timers/promises";
import { Random } from "../../test/support/random.ts";
import { until } from "../../test/support/until.ts";
import { BenchEdge } from "../support/edge.ts";
import { Gathering } from "../support/gathering.ts";
import { sessionRoom } from "../support/relays.ts";
import type { Options, Report } from "../support/report.ts";
import { nowMicros } from "../support/stream.ts";

const VIEWERS = 10;
/** Every so often a fifth of the viewers leaves for good and as many come, and one loses its network. */
const CHURN_EVERY_MS = 3_000;
const CHURNING = VIEWERS / 5;
const WARM_UP_ROUNDS = 5;
const PRESS_EVERY_MS = 100;
const SETTLE_MS = 5_000;
/** A seat whose newest picture is older is stuck: the stream brings 30 a second. */
const STUCK_MS = 1_000;
const MB = 1024 * 1024;
/** The one that steers. It loses its network too, and never leaves. */
const DRIVER = 0;

/** A long session with people coming and going, a deploy in the middle, and a key that is pressed ten times a second. */
export async function soak({ full, seed }: Options): Promise<Report> {
  const seconds = full ? 30 * 60 : 60;
  const random = new Random(seed);
  const edge = new BenchEdge({ weighed: true });
  await edge.start();
  try {
    const room = await sessionRoom(edge);
    const gathering = await Gathering.of(room, VIEWERS);
    const { viewers, origin } = gathering;
    await until("the lease", async () => (await viewers.call("standing", { index: DRIVER })).mine);
    let present = Array.from({ length: VIEWERS }, (_, index) => index);
    const churn = async () => {
      for (let count = 0; count < CHURNING; count += 1) {
        const leaving = random.pick(present.filter((index) => index !== DRIVER));
        await viewers.call("leave", { index: leaving });
        present = present.filter((index) => index !== leaving);
        present.push(await viewers.call("join", { dial: room.viewer() }));
      }
      await viewers.call("cut", { index: random.pick(present) });
    };
    let over = false;
    const pressing = (async () => {
      while (!over) {
        await viewers.call("press", { index: DRIVER });
        await pause(PRESS_EVERY_MS);
      }
    })();
    const deploy = async () => {
      await edge.restart(room.name);
      await origin.call("comeBack", undefined);
      for (const index of present) await viewers.call("comeBack", { index });
    };
    // Some rounds of everything before the base is taken: what the first of anything costs stays.
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
      await churn();
      await deploy();
      await edge.memory();
      await pause(CHURN_EVERY_MS / 2);
    }
    const base = await settledMemory(edge);
    const baseHeap = await edge.heap();

    const end = performance.now() + seconds * 1_000;
    const middle = performance.now() + seconds * 500;
    let deployed = false;
    while (performance.now() < end) {
      await churn();
      if (!deployed && performance.now() > middle) {
        deployed = true;
        await deploy();
      }
      await viewers.call("forget", undefined);
      // Collected as it goes, as a crowded isolate is: what then grows is what somebody holds on to.
      await edge.memory();
      await pause(CHURN_EVERY_MS);
    }
    over = true;
    await pressing;
    const standing = () => viewers.call("standing", { index: DRIVER });
    // What is still missing after this is counted as lost.
    await until("the last input", async () => (await standing()).unapplied === 0, 10_000).catch(() => {});
    await pause(SETTLE_MS);
    const grown = ((await settledMemory(edge)) - base) / MB;
    const heapGrown = ((await edge.heap()) - baseHeap) / MB;
    const pressed = (await viewers.call("inputs", { index: DRIVER })).length;
    const { applied } = await origin.call("record", undefined);
    const distinct = new Set(applied.map(({ lease, sequence }) => `${lease}/${sequence}`)).size;
    const newest: number[] = [];
    for (const index of present) {
      const arrivals = await viewers.call("arrivals", { index });
      newest.push(nowMicros() - (arrivals.findLast(({ kind }) => kind === "video")?.capturedAt ?? 0));
    }
    gathering.end();
    return {
      part: `soak: ${VIEWERS} viewers, a fifth of them churning every ${CHURN_EVERY_MS / 1_000} s, ${seconds} s, a deploy in the middle`,
      rows: [
        { what: "memory at the end, above what it began with", figure: grown, unit: "MB", bar: 2 },
        { what: "of that, what the objects' JavaScript holds", figure: heapGrown, unit: "MB" },
        {
          what: "seats without a picture of the last second",
          figure: newest.filter((age) => age > STUCK_MS * 1_000).length,
          unit: "",
          bar: 0,
        },
        { what: "inputs lost", figure: pressed - distinct, unit: "", bar: 0, note: `of ${pressed}` },
        { what: "inputs applied twice", figure: applied.length - distinct, unit: "", bar: 0 },
      ],
    };
  } finally {
    await edge.stop();
  }
}

/** A heap that grew for a while is given back piece by piece. */
async function settledMemory(edge: BenchEdge): Promise<number> {
  let lowest = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 4; look += 1) lowest = Math.min(lowest, await edge.memory());
  return lowest;
}
