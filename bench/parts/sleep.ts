import { setTimeout as pause } from "node:timers/promises";
import { openBrowser } from "../../test/support/browser.ts";
import { openPhone, statsOf } from "../../test/support/phone-page.ts";
import { Stack } from "../../test/support/stack.ts";
import { BenchEdge } from "../support/edge.ts";
import { Gathering } from "../support/gathering.ts";
import { sessionRoom } from "../support/relays.ts";
import type { Options, Report, Row } from "../support/report.ts";
import { FRAME_RATE } from "../support/stream.ts";

/** The picture may still sharpen right after it was opened. */
const SETTLE_MS = 4_000;
/** From the last picture on: the picture is stored after three seconds, and nothing else happens. */
const ASLEEP_AFTER_MS = 5_000;

/** A static screen: nothing is sent, and the object can be put to sleep and is woken by the next picture. */
export async function sleep({ full }: Options): Promise<Report> {
  const restMs = full ? 60_000 : 20_000;
  return {
    part: `sleep: a static screen for ${restMs / 1_000} s`,
    rows: [...(await stillPhone(restMs)), ...(await stillObject(restMs))],
  };
}

/** The whole, with the home screen of the demo phone in a browser. */
async function stillPhone(restMs: number): Promise<Row[]> {
  const stack = await Stack.start();
  const browser = await openBrowser();
  try {
    const page = await openPhone(browser, stack.link);
    await pause(SETTLE_MS);
    const before = await statsOf(page);
    await pause(restMs);
    const after = await statsOf(page);
    // A session that is gone sends nothing either.
    if (after.state !== "live" || after.reconnects > 0) throw new Error(`the session did not last: ${after.state}`);
    return [
      {
        what: "video messages, home screen in a browser",
        figure: after.framesReceived - before.framesReceived,
        unit: "",
        bar: 0,
      },
      {
        what: "media bytes, home screen in a browser",
        figure: after.bytesReceived - before.bytesReceived,
        unit: "B",
        bar: 0,
      },
    ];
  } finally {
    await browser.close();
    await stack.stop();
  }
}

/** The relay alone: what crosses the wire, whether the object sleeps, and whether it wakes. */
async function stillObject(restMs: number): Promise<Row[]> {
  const edge = new BenchEdge();
  await edge.start();
  try {
    const room = await sessionRoom(edge);
    const gathering = await Gathering.of(room, 1);
    const wireBytes = async () => (await gathering.viewers.call("counts", undefined))[0]?.wireBytes ?? Number.NaN;
    await pause(SETTLE_MS);
    await gathering.viewers.call("mark", undefined);
    await pause(restMs / 2);
    const moving = (await wireBytes()) * 2;
    await gathering.origin.call("still", true);
    await pause(ASLEEP_AFTER_MS);
    await gathering.viewers.call("mark", undefined);
    await pause(restMs);
    const still = await wireBytes();
    const hibernates = await edge.hibernates(room.name);
    await gathering.viewers.call("mark", undefined);
    await gathering.origin.call("still", false);
    await pause(SETTLE_MS);
    const [counts] = await gathering.viewers.call("counts", undefined);
    gathering.end();
    return [
      { what: `wire bytes, against ${FRAME_RATE} fps all the time`, figure: still / moving, unit: "x", bar: 0.02 },
      { what: "the object hibernates", figure: hibernates ? 1 : 0, unit: "", atLeast: 1 },
      { what: "frames in the 4 s after it, on the same socket", figure: counts?.frames ?? 0, unit: "", atLeast: 1 },
    ];
  } finally {
    await edge.stop();
  }
}
