import type { OriginDuties, OriginStart } from "../programs/origin.ts";
import type { ViewerDuties } from "../programs/viewers.ts";
import { Program } from "./program.ts";
import type { Room } from "./relays.ts";
import { BITRATE } from "./stream.ts";

/** A running stream from one origin to a crowd, through one relay, all on loopback. */
export class Gathering {
  readonly room: Room;
  readonly origin: Program<OriginDuties>;
  readonly viewers: Program<ViewerDuties>;

  private constructor(room: Room, origin: Program<OriginDuties>, viewers: Program<ViewerDuties>) {
    this.room = room;
    this.origin = origin;
    this.viewers = viewers;
  }

  static async of(room: Room, count: number, options: Partial<OriginStart> = {}): Promise<Gathering> {
    const origin = await Program.start<OriginDuties>("origin.ts");
    await origin.call("start", { dial: room.origin(), bitrate: BITRATE, audio: true, decodable: false, ...options });
    const viewers = await Program.start<ViewerDuties>("viewers.ts");
    await viewers.call("join", { dial: room.viewer(), count });
    return new Gathering(room, origin, viewers);
  }

  end(): void {
    this.viewers.stop();
    this.origin.stop();
  }
}
