import { BenchEdge } from "../support/edge.ts";
import { Gathering } from "../support/gathering.ts";
import { NodeRelay, type Room, sessionRoom } from "../support/relays.ts";
import type { Options, Report, Row } from "../support/report.ts";
import { over, percentile } from "../support/statistics.ts";

const JOINS = 20;

/** How long a second viewer waits for its first picture, beside a relay that has to ask the origin for a keyframe. */
export async function join(_options: Options): Promise<Report> {
  return { part: `join: a second viewer's first picture, ${JOINS} joins in turn`, rows: await onLoopback() };
}

async function onLoopback(): Promise<Row[]> {
  const edge = new BenchEdge();
  await edge.start();
  const node = await NodeRelay.start();
  try {
    const rooms: Room[] = [await sessionRoom(edge), await node.room("broadcast")];
    const gatherings = await Promise.all(rooms.map((room) => Gathering.of(room, 1)));
    const times: number[][] = rooms.map(() => []);
    for (let count = 0; count < JOINS; count += 1) {
      for (const [index, { viewers, room }] of gatherings.entries()) {
        times[index]?.push(await viewers.call("firstPicture", { dial: room.viewer(), keyframe: index > 0 }));
      }
    }
    const [session] = gatherings;
    const asked = (await session?.origin.call("record", undefined))?.keyframeRequests ?? Number.NaN;
    for (const gathering of gatherings) gathering.end();
    return [
      { what: "loopback, from the cache of the Session object", unit: "ms", ...over(times[0] ?? []) },
      { what: "loopback, p95", figure: percentile(times[0] ?? [], 0.95), unit: "ms" },
      { what: "loopback, a keyframe of the origin through Node (B3)", unit: "ms", ...over(times[1] ?? []) },
      { what: "keyframes that the origin was asked for", figure: asked, unit: "", bar: 1, note: "the first viewer may need one" },
    ];
  } finally {
    node.stop();
    await edge.stop();
  }
}
