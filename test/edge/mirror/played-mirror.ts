import { viewerChannel } from "#protocol";
import type { MirrorSocket } from "../../../edge/mirror-link/contract.ts";
import { type DownRecord, down, Link, type UpRecord } from "../../../edge/mirror-link/index.ts";
import type { MirrorWorld } from "./world.ts";

/** A mirror played by the test: its link to a real home, and everything that the home says on it. */
export class PlayedMirror {
  readonly heard: DownRecord[] = [];
  readonly #link: Link<DownRecord, UpRecord>;

  private constructor(link: Link<DownRecord, UpRecord>) {
    this.#link = link;
  }

  static async attach(
    world: MirrorWorld,
    mirror: string,
    sockets: readonly MirrorSocket[],
    cut = false,
  ): Promise<PlayedMirror> {
    const link = new Link<DownRecord, UpRecord>();
    const played = new PlayedMirror(link);
    const answer = await world.stub.attach({ mirror, cut, hasPicture: false, sockets: [...sockets] }, link.outgoing);
    if (!answer.attached) throw new Error("not attached");
    void link.read(answer.down, down, { received: (records) => played.heard.push(...records), ended: () => undefined });
    return played;
  }

  say(record: UpRecord): void {
    this.#link.send(record);
  }

  hello(seat: string, connection: number): void {
    const text = viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] });
    this.say({ kind: "said", seat, connection, text });
  }

  cut(): void {
    this.#link.cut();
  }

  kinds(): string[] {
    return this.heard.map(({ kind }) => kind);
  }
}
