import type { HardwareWant } from "#protocol";
import { createDemoDevice } from "../../origin-agent/device/demo/index.ts";
import type { Device, DeviceSink } from "../../origin-agent/device/device.ts";
import type { LentFrame, LentHardware } from "../../origin-agent/device/hardware.ts";
import { createVideoDecoder } from "../../origin-agent/encode/index.ts";
import { nowMicros } from "./stream.ts";

/** A picture of the camera: its ages as it came to the device, and decoded; milliseconds. */
export interface SeenPicture {
  readonly arrivedAge: number;
  readonly decodedAge: number;
  readonly width: number;
  readonly height: number;
}

/** The demo phone as a device that borrows, and notes when what comes to it. */
export class BorrowingPhone {
  readonly device: Device;
  readonly pictures: SeenPicture[] = [];
  /** By latitude: when the first place there came, Unix microseconds. */
  readonly places = new Map<number, number>();
  #sink: DeviceSink | undefined;
  #decoder: ReturnType<typeof createVideoDecoder> | undefined;
  #decoding: Promise<void> = Promise.resolve();

  constructor() {
    const demo = createDemoDevice({ id: "borrower" });
    this.device = {
      description: demo.description,
      open: async (sink) => {
        this.#sink = sink;
        const opened = await demo.open(sink);
        return { ...opened, hardware: (news) => this.#came(news) };
      },
    };
  }

  ask(want: HardwareWant): void {
    this.#sink?.hardware.ask("Bench", want);
  }

  /** Everything that came so far has been decoded. */
  async close(): Promise<void> {
    await this.#decoding;
    this.#decoder?.close();
  }

  #came(news: LentHardware): void {
    const at = nowMicros();
    if (news.type === "granted" && news.want.kind === "camera")
      this.#decoder = createVideoDecoder(news.codec ?? "h264");
    if (news.type === "location" && !this.places.has(news.latitude)) this.places.set(news.latitude, at);
    if (news.type === "frame" && news.kind === "camera")
      this.#decoding = this.#decoding.then(() => this.#decode(news, at));
  }

  async #decode({ data, capturedAtMicros }: LentFrame, arrivedAt: number): Promise<void> {
    const picture = await this.#decoder?.decode(data);
    if (picture === undefined) throw new Error("the decoder held a picture back");
    const { width, height } = picture;
    const [arrivedAge, decodedAge] = [arrivedAt, nowMicros()].map((at) => (at - capturedAtMicros) / 1_000);
    this.pictures.push({ arrivedAge: arrivedAge ?? 0, decodedAge: decodedAge ?? 0, width, height });
  }
}
