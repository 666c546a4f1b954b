import type { Link } from "../../test/network/link.ts";
import type { OriginDuties } from "../programs/origin.ts";
import type { ViewerDuties } from "../programs/viewers.ts";
import type { OriginRecord } from "../support/origin.ts";
import { Program } from "../support/program.ts";
import type { Room } from "../support/relays.ts";
import { BITRATE, nowMicros } from "../support/stream.ts";
import type { Arrival } from "../support/viewer.ts";

/** What came of one viewer's watching. */
export interface Watched {
  readonly arrivals: readonly Arrival[];
  readonly origin: OriginRecord;
  /** Unix microseconds. */
  readonly begun: number;
  /** Pictures that a real decoder made something else of than their encoder meant. */
  readonly undecodable: number;
  readonly inputs: readonly { readonly sequence: number; readonly at: number }[];
}

const HASHING_DEADLINE_MS = 120_000;

/** One viewer at the near end of a link, of one stream through one relay. */
export class Watch {
  readonly viewers: Program<ViewerDuties>;
  readonly origin: Program<OriginDuties>;
  readonly room: Room;
  readonly #begun = nowMicros();
  /** Only what our own relay delivers is put to a decoder: the others promise nothing. */
  readonly #decodes: boolean;

  private constructor(room: Room, origin: Program<OriginDuties>, viewers: Program<ViewerDuties>, decodes: boolean) {
    this.#decodes = decodes;
    this.room = room;
    this.origin = origin;
    this.viewers = viewers;
  }

  /** @param originLink when the origin is far away too */
  static async begin(
    room: Room,
    link: Link,
    { bitrate = BITRATE, originLink }: { readonly bitrate?: number; readonly originLink?: Link | undefined } = {},
  ): Promise<Watch> {
    const origin = await Program.start<OriginDuties>("origin.ts", { within: originLink?.atNearEnd ?? [] });
    const viewers = await Program.start<ViewerDuties>("viewers.ts", { within: link.atNearEnd });
    const decodes = room.relay === "session";
    await origin.call("start", { dial: room.origin(originLink?.far), bitrate, audio: true, decodable: decodes });
    await viewers.call("join", { dial: room.viewer(link.far), keep: decodes });
    return new Watch(room, origin, viewers, decodes);
  }

  async end(): Promise<Watched> {
    await this.viewers.call("leave", { index: 0 });
    const arrivals = await this.viewers.call("arrivals", { index: 0 });
    const inputs = await this.viewers.call("inputs", { index: 0 });
    const origin = await this.origin.call("record", undefined);
    await this.origin.call("still", true);
    const undecodable = this.#decodes ? await this.#undecodable() : 0;
    this.stop();
    return { arrivals, origin, begun: this.#begun, undecodable, inputs };
  }

  async #undecodable(): Promise<number> {
    const meant = await this.origin.call("pictures", undefined, HASHING_DEADLINE_MS);
    const seen = await this.viewers.call("pictures", { index: 0 }, HASHING_DEADLINE_MS);
    return [...seen].filter(([sequence, hash]) => meant.get(sequence) !== hash).length;
  }

  stop(): void {
    this.viewers.stop();
    this.origin.stop();
  }
}
