import type { WantOf } from "#protocol";
import { blackPicture, createPlanarDecoder } from "../../../encode/index.ts";
import { Decoding } from "../../decoding.ts";
import type { HardwareWishes, LentHardware } from "../../hardware.ts";
import type { BackEnd } from "./back-end.ts";
import { Pipe } from "./pipe.ts";

/** Where a device's camera reads raw yuv420p, and of what size. Sides are even. */
export interface CameraTarget {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}

const PURPOSE = "Camera";
/** Two seconds of 15 a second: what a network held up comes at once. */
const MAX_DECODING = 30;
/** The newest. */
const MAX_WAITING = 1;
/** A camera that shows nothing new shows the same again: only whoever writes finds out that nobody reads. */
const SAME_AGAIN_MS = 250;

/** A lent camera as raw pictures for whoever reads them: reading is the ask. Until it is lent, and after, the picture is black. */
export class CameraPipe implements BackEnd {
  readonly #target: CameraTarget;
  readonly #wishes: HardwareWishes;
  readonly #pipe: Pipe;
  readonly #black: Uint8Array;
  #decoding: Decoding<Uint8Array | undefined> | undefined;
  #shown: Uint8Array;
  #shownAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(target: CameraTarget, wishes: HardwareWishes, log: (line: string) => void) {
    this.#target = target;
    this.#wishes = wishes;
    this.#black = blackPicture(target);
    this.#shown = this.#black;
    this.#pipe = new Pipe(target.path, MAX_WAITING, {
      opened: () => this.#opened(),
      closed: () => this.#closed(),
      unusable: (words) => log(`camera: ${words}`),
    });
  }

  came(news: LentHardware): void {
    if (news.type === "granted" && news.want.kind === "camera") {
      void this.#decoding?.close();
      const decoder = createPlanarDecoder(news.codec ?? "h264", this.#target);
      this.#decoding = new Decoding<Uint8Array | undefined>(decoder, MAX_DECODING, (picture) => this.#show(picture));
    } else if (news.type === "frame" && news.kind === "camera") this.#decoding?.take(news.data, news.keyframe);
    else if (news.type === "ended" && news.kind === "camera") void this.#forget();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#pipe.close();
    await this.#forget();
  }

  #opened(): void {
    const { width, height, frameRate } = this.#target;
    const want: WantOf<"camera"> = { kind: "camera", width, height, frameRate };
    this.#wishes.ask(PURPOSE, want);
    this.#show(this.#black);
    this.#timer = setInterval(() => {
      if (this.#pipe.isIdle && performance.now() - this.#shownAt >= SAME_AGAIN_MS) this.#show(this.#shown);
    }, SAME_AGAIN_MS);
  }

  #closed(): void {
    clearInterval(this.#timer);
    this.#wishes.done("camera");
  }

  #show(picture: Uint8Array | undefined): void {
    if (picture === undefined) return;
    this.#shown = picture;
    this.#shownAt = performance.now();
    this.#pipe.write(picture);
  }

  async #forget(): Promise<void> {
    const decoding = this.#decoding;
    this.#decoding = undefined;
    this.#pipe.forget();
    this.#show(this.#black);
    await decoding?.close();
  }
}
