import { setTimeout as pause } from "node:timers/promises";
import { BenchEdge } from "../support/edge.ts";
import { Gathering } from "../support/gathering.ts";
import { cpuMs } from "../support/processes.ts";
import { NodeRelay, objectRoom, type Room, sessionRoom } from "../support/relays.ts";
import type { Options, Report, Row } from "../support/report.ts";
import { median, over, percentile } from "../support/statistics.ts";
import { BITRATE } from "../support/stream.ts";

const REPEATS = 5;
const CROWDS = [1, 10, 50] as const;
const WINDOW_MS = 1_500;
const SETTLE_MS = 700;
const MB = 1024 * 1024;

/** What many viewers cost, what one that stops reading costs, and whether the others notice. */
export async function fanout({ full }: Options): Promise<Report> {
  const edge = new BenchEdge();
  await edge.start();
  try {
    return {
      part: `fanout: 2 Mbit/s and sound to many viewers in a process of their own, ${REPEATS} interleaved repeats of ${WINDOW_MS / 1_000} s`,
      rows: [...(await cpu(edge)), ...(await stalledReader(full)), ...(await stalledAmongTen(edge))],
    };
  } finally {
    await edge.stop();
  }
}

/** CPU of the relay for each frame that a viewer got. */
async function cpu(edge: BenchEdge): Promise<Row[]> {
  const rows: Row[] = [];
  for (const crowd of CROWDS) {
    const rooms: (() => Promise<Room>)[] = [
      () => sessionRoom(edge),
      async () => objectRoom(edge, "broadcast", "batched"),
      async () => objectRoom(edge, "broadcast", "none"),
      async () => objectRoom(edge, "party", "batched"),
    ];
    const costs: number[][] = rooms.map(() => []);
    const wire: number[] = [];
    const said: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      for (let turn = 0; turn < rooms.length; turn += 1) {
        const index = (repeat + turn) % rooms.length;
        const room = await rooms[index]?.();
        if (room === undefined) continue;
        const gathering = await Gathering.of(room, crowd);
        await pause(SETTLE_MS);
        await gathering.viewers.call("mark", undefined);
        const [before, begun] = [cpuMs(room.pid), performance.now()];
        await pause(WINDOW_MS);
        const used = cpuMs(room.pid) - before;
        const counts = await gathering.viewers.call("counts", undefined);
        const seconds = (performance.now() - begun) / 1_000;
        gathering.end();
        costs[index]?.push((used * 1_000) / counts.reduce((sum, { frames }) => sum + frames, 0));
        if (index > 0) continue;
        const sum = (of: "wireBytes" | "messageBytes" | "messagesSent") =>
          counts.reduce((total, count) => total + count[of], 0);
        wire.push(sum("wireBytes") / sum("messageBytes"));
        said.push(sum("messagesSent") / crowd / seconds);
      }
    }
    const against = (index: number) =>
      over((costs[0] ?? []).map((cost, repeat) => cost / (costs[index]?.[repeat] ?? Number.NaN)));
    const viewers = crowd === 1 ? "1 viewer" : `${crowd} viewers`;
    rows.push(
      { what: `${viewers}: CPU for each frame delivered`, unit: "us", ...over(costs[0] ?? []) },
      { what: `${viewers}: against B1, which hears acks too`, unit: "x", bar: 1.15, ...against(1) },
      { what: `${viewers}: against B1 without acks`, unit: "x", ...against(2) },
      { what: `${viewers}: against PartyServer (B2)`, unit: "x", bar: 1, ...against(3) },
    );
    if (crowd !== 10) continue;
    rows.push(
      { what: "wire bytes above the messages'", unit: "x", bar: 1.005, ...over(wire) },
      { what: "messages of a viewer that only looks", unit: "/s", bar: 10, ...over(said) },
    );
  }
  return rows;
}

/** What a minute of the stream weighs is sent in less time by default. */
const STALL = { full: { ms: 60_000, bitrate: BITRATE }, short: { ms: 12_000, bitrate: 5 * BITRATE } };

/** One viewer stops reading, and the stream goes on. */
async function stalledReader(full: boolean): Promise<Row[]> {
  const { ms, bitrate } = full ? STALL.full : STALL.short;
  const grown = async (room: Room): Promise<number> => {
    const gathering = await Gathering.of(room, 2, { bitrate });
    // As long with both reading: what the stream alone makes a heap grow by is no queue.
    const before = await memoryAfter(room, ms);
    await gathering.viewers.call("stall", { indexes: [1], stalled: true });
    const after = await memoryAfter(room, ms);
    gathering.end();
    return (after - before) / MB;
  };
  const edge = new BenchEdge({ weighed: true });
  await edge.start();
  const node = await NodeRelay.start();
  try {
    const [session, plain] = await Promise.all([grown(await sessionRoom(edge)), grown(await node.room("broadcast"))]);
    const what = `one of two readers stalled for ${ms / 1_000} s at ${bitrate / 1e6} Mbit/s: memory grows`;
    return [
      { what, figure: session, unit: "MB", bar: 2 },
      { what: `${what}, Node broadcast (B3)`, figure: plain, unit: "MB" },
      { what: "the same against B3", figure: session / plain, unit: "x", bar: 0.1 },
    ];
  } finally {
    node.stop();
    await edge.stop();
  }
}

const COLLECT_EVERY_MS = 3_000;

/** Collected as it goes: what is left is held by somebody. A heap that grew for long gives its pages back late. */
async function memoryAfter(room: Room, ms: number): Promise<number> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    await pause(Math.min(COLLECT_EVERY_MS, end - performance.now()));
    await room.memory();
  }
  return await room.memory();
}

/** Ten viewers of whom three stop reading: what the seven others see of it. */
async function stalledAmongTen(edge: BenchEdge): Promise<Row[]> {
  const others = Array.from({ length: 7 }, (_, index) => index);
  const p99s: Record<"calm" | "stalled", number[]> = { calm: [], stalled: [] };
  const gathering = await Gathering.of(await sessionRoom(edge), 10);
  await pause(SETTLE_MS);
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    for (const stalled of [false, true]) {
      await gathering.viewers.call("stall", { indexes: [7, 8, 9], stalled });
      await pause(SETTLE_MS / 2);
      await gathering.viewers.call("mark", undefined);
      await pause(WINDOW_MS);
      const ages: number[] = [];
      for (const index of others) {
        const arrivals = await gathering.viewers.call("arrivals", { index });
        for (const { kind, at, capturedAt } of arrivals) if (kind === "video") ages.push((at - capturedAt) / 1_000);
      }
      p99s[stalled ? "stalled" : "calm"].push(percentile(ages, 0.99));
    }
  }
  gathering.end();
  const ratios = p99s.stalled.map((p99, index) => p99 / (p99s.calm[index] ?? Number.NaN));
  return [
    { what: "10 viewers: age p99 of all", figure: median(p99s.calm), unit: "ms" },
    {
      what: "10 viewers, 3 stalled: age p99 of the others, against none stalled",
      unit: "x",
      bar: 1.1,
      ...over(ratios),
    },
  ];
}
