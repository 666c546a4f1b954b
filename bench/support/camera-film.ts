import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Device, DeviceSource } from "../../origin-agent/device/device.ts";
import type { LentHardware } from "../../origin-agent/device/hardware.ts";
import type { CodedSize } from "../../origin-agent/encode/index.ts";
import { createPlanarDecoder } from "../../origin-agent/encode/index.ts";
import { type FifoReader, Pieces } from "../../test/support/fifo.ts";
import { nowMicros } from "./stream.ts";

/**
 * A camera's pictures as a reader of the pipe has them, beside what the agent was sent: each is decoded here a second time, so that
 * it is known which one it was that came out.
 */
export class CameraFilm {
  readonly #size: CodedSize;
  readonly #read = new Map<string, number>();
  readonly #captured = new Map<string, number>();
  #decoder: ReturnType<typeof createPlanarDecoder> | undefined;
  #decoding: Promise<void> = Promise.resolve();
  #reading: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(size: CodedSize) {
    this.#size = size;
  }

  /** The same devices, and what is lent to them is seen here as well. */
  beside(source: DeviceSource): DeviceSource {
    const watched = (device: Device): Device => ({
      ...device,
      open: async (sink) => {
        const opened = await device.open(sink);
        return {
          ...opened,
          hardware: (news) => {
            opened.hardware?.(news);
            this.#lent(news);
          },
        };
      },
    });
    return { follow: (changed) => source.follow((devices) => changed(devices.map(watched))) };
  }

  read(reader: FifoReader): void {
    this.#reading = this.#readOn(new Pieces(reader, (this.#size.width * this.#size.height * 3) / 2));
  }

  /** Milliseconds from the page's having a picture until the reader has it whole, in the order in which they came. */
  get ages(): number[] {
    return [...this.#read].flatMap(([name, at]) => {
      const captured = this.#captured.get(name);
      return captured === undefined ? [] : [(at - captured) / 1_000];
    });
  }

  /** How many the agent was sent. */
  get lent(): number {
    return this.#captured.size;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#reading, this.#decoding]);
    this.#decoder?.close();
  }

  async #readOn(pieces: Pieces): Promise<void> {
    while (!this.#stopped) {
      for (const piece of pieces.take()) {
        const at = nowMicros();
        const name = nameOf(piece);
        if (!this.#read.has(name)) this.#read.set(name, at);
      }
      await pause(1);
    }
  }

  #lent(news: LentHardware): void {
    if (news.type === "granted" && news.want.kind === "camera")
      this.#decoder = createPlanarDecoder(news.codec ?? "h264", this.#size);
    if (news.type !== "frame" || news.kind !== "camera") return;
    this.#decoding = this.#decoding.then(async () => {
      const picture = await this.#decoder?.decode(news.data);
      if (picture !== undefined) this.#captured.set(nameOf(picture), news.capturedAtMicros);
    });
  }
}

function nameOf(picture: Uint8Array): string {
  return createHash("sha1").update(picture).digest("base64");
}
