import { setTimeout as pause } from "node:timers/promises";
import { Link, whyNoLinks } from "../../test/network/link.ts";
import { Arms } from "../network/arms.ts";
import type { OriginDuties } from "../programs/origin.ts";
import type { ViewerDuties } from "../programs/viewers.ts";
import { BenchEdge } from "../support/edge.ts";
import { Program } from "../support/program.ts";
import type { Room } from "../support/relays.ts";
import type { Options, Report, Row } from "../support/report.ts";
import { median, over, percentile } from "../support/statistics.ts";
import { BITRATE } from "../support/stream.ts";

const JOINS = 20;
/** So that joins meet all ages that a cached picture has. */
const PAUSE_MS = 130;
const SETTLE_MS = 2_000;
const NEAR = { delayMs: 10, rateMbit: 20 };
const FAR = { delayMs: 60 };

/** What joins are made over: nothing, or a link to the viewers and one to the origin. */
interface Ground {
  readonly viewers?: Link;
  readonly origin?: Link;
}

/** How long a second viewer waits for its first picture, beside a relay that has to ask the origin for a keyframe. */
export async function join({ seed }: Options): Promise<Report> {
  const part = `join: a second viewer's first picture from the dialling on, ${JOINS} joins in turn`;
  const arms = await Arms.start(new BenchEdge());
  try {
    const loopback = await joins(arms, async () => ({}));
    const rows: Row[] = [
      { what: "loopback: from the cache of the Session object", unit: "ms", ...over(loopback.session) },
      { what: "loopback: a keyframe of the origin, through Node (B3)", unit: "ms", ...over(loopback.asking) },
    ];
    const reason = whyNoLinks();
    if (reason !== undefined) return { part: `${part}: distant origin SKIPPED, ${reason}`, rows };
    const distant = await joins(arms, async () => ({
      viewers: await Link.open({ down: NEAR, up: NEAR }, seed),
      origin: await Link.open({ down: FAR, up: FAR }, seed),
    }));
    return {
      part,
      rows: [
        ...rows,
        { what: "origin 120 ms away: from the cache", unit: "ms", ...over(distant.session) },
        { what: "  p95", unit: "ms", figure: percentile(distant.session, 0.95) },
        { what: "  a keyframe of the origin, through Node (B3)", unit: "ms", ...over(distant.asking) },
        { what: "  against it", unit: "x", bar: 0.5, figure: median(distant.session) / median(distant.asking) },
        { what: "  keyframes that the joins without a cache cost the origin", unit: "", figure: distant.keyframes },
      ],
    };
  } finally {
    await arms.stop();
  }
}

interface Joins {
  readonly session: readonly number[];
  readonly asking: readonly number[];
  /** That the origin of the session made while viewers joined. */
  readonly keyframes: number;
}

async function joins(arms: Arms, ground: () => Promise<Ground>): Promise<Joins> {
  const [session, asking] = [
    await Meeting.begin(await arms.room("session"), await ground()),
    await Meeting.begin(await arms.room("broadcast"), await ground()),
  ];
  try {
    await pause(SETTLE_MS);
    const before = await session.keyframes();
    const times: { readonly session: number[]; readonly asking: number[] } = { session: [], asking: [] };
    for (let count = 0; count < JOINS; count += 1) {
      times.session.push(await session.join(false));
      times.asking.push(await asking.join(true));
      await pause(PAUSE_MS);
    }
    return { ...times, keyframes: (await session.keyframes()) - before };
  } finally {
    await session.end();
    await asking.end();
  }
}

/** A stream that one viewer watches already. */
class Meeting {
  readonly #room: Room;
  readonly #ground: Ground;
  readonly #origin: Program<OriginDuties>;
  readonly #viewers: Program<ViewerDuties>;

  private constructor(room: Room, ground: Ground, origin: Program<OriginDuties>, viewers: Program<ViewerDuties>) {
    this.#room = room;
    this.#ground = ground;
    this.#origin = origin;
    this.#viewers = viewers;
  }

  static async begin(room: Room, ground: Ground): Promise<Meeting> {
    const origin = await Program.start<OriginDuties>("origin.ts", { within: ground.origin?.atNearEnd ?? [] });
    const viewers = await Program.start<ViewerDuties>("viewers.ts", { within: ground.viewers?.atNearEnd ?? [] });
    const dial = room.origin(ground.origin?.far);
    await origin.call("start", { dial, bitrate: BITRATE, audio: true, decodable: false });
    await viewers.call("join", { dial: room.viewer(ground.viewers?.far) });
    return new Meeting(room, ground, origin, viewers);
  }

  async join(keyframe: boolean): Promise<number> {
    return await this.#viewers.call("firstPicture", { dial: this.#room.viewer(this.#ground.viewers?.far), keyframe });
  }

  async keyframes(): Promise<number> {
    return (await this.#origin.call("record", undefined)).keyframes;
  }

  async end(): Promise<void> {
    this.#viewers.stop();
    this.#origin.stop();
    await this.#ground.viewers?.close();
    await this.#ground.origin?.close();
  }
}
