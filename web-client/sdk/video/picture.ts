import type {
  FromVideoWorker,
  PaintedPicture,
  ShownDisplay,
  ToVideoWorker,
  VideoCounters,
  VideoUnit,
} from "./messages.ts";
import VideoWorker from "./worker.ts?worker";

export interface PicturePort {
  painted(picture: PaintedPicture): void;
  keyframeNeeded(): void;
  unsupported(): void;
  /** The worker could not be loaded, or has a bug. */
  crashed(): void;
}

/** The page's end of the worker that decodes and paints. */
export class PictureWorker {
  readonly #worker: Worker;
  #fed = 0;
  #counters: VideoCounters = { settled: 0, decoded: 0, painted: 0, dropped: 0, decoderErrors: 0 };
  /** As the decoder was configured; undefined before the first keyframe. */
  codec: string | undefined;
  acceleration: HardwareAcceleration | undefined;

  constructor(canvas: HTMLCanvasElement, port: PicturePort) {
    this.#worker = new VideoWorker({ name: "nearglass video" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromVideoWorker>) => this.#told(data, port);
    this.#worker.onerror = () => port.crashed();
    const offscreen = canvas.transferControlToOffscreen();
    this.#post({ type: "canvas", canvas: offscreen }, [offscreen]);
  }

  get counters(): VideoCounters {
    return this.#counters;
  }

  /** Units that wait for the decoder, as far as the worker has told. */
  get queued(): number {
    return this.#fed - this.#counters.settled;
  }

  /** Takes the payload's buffer away. */
  decode(unit: VideoUnit): void {
    this.#fed += 1;
    this.#post({ type: "unit", unit }, [unit.payload.buffer]);
  }

  setDisplay({ epoch, width, height }: ShownDisplay): void {
    this.#post({ type: "display", display: { epoch, width, height } }, []);
  }

  restart(): void {
    this.#post({ type: "restart" }, []);
  }

  close(): void {
    this.#worker.terminate();
  }

  #told(message: FromVideoWorker, port: PicturePort): void {
    switch (message.type) {
      case "painted":
        this.#counters = message.counters;
        return port.painted(message.picture);
      case "settled":
        this.#counters = message.counters;
        return;
      case "keyframe-needed":
        return port.keyframeNeeded();
      case "codec":
        this.codec = message.codec;
        this.acceleration = message.acceleration;
        return;
      case "unsupported":
        return port.unsupported();
    }
  }

  #post(message: ToVideoWorker, moved: Transferable[]): void {
    this.#worker.postMessage(message, moved);
  }
}
