import type { WantOf } from "#protocol";
import { nowMicros } from "../now.ts";
import { type CameraEncoding, type CameraSize, chooseEncoding, sizeWithin } from "./camera-codec.ts";
import { readFrames } from "./camera-frames.ts";
import type { Source, SourcePort } from "./source.ts";

/** Whoever begins to decode, or has lost something, waits for so long at most (docs/protocol.md, B-6). */
const KEYFRAME_INTERVAL_MS = 2_000;
/** Pictures that the encoder has not begun: more of them only add to the age of the next. */
const MAX_QUEUED = 1;

/**
 * The camera, encoded; the browser asks the person by itself.
 * @throws DOMException the browser's refusal, or SourceError unsupported
 */
export async function openCamera(want: WantOf<"camera">, port: SourcePort): Promise<Source> {
  const encoding = await chooseEncoding(want);
  const { width, height, frameRate } = want;
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate } },
  });
  const camera = new Camera(stream, encoding, want, port);
  return { codec: encoding.name, start: () => camera.start(), stop: () => camera.stop() };
}

class Camera {
  readonly #stream: MediaStream;
  readonly #encoding: CameraEncoding;
  readonly #want: WantOf<"camera">;
  readonly #port: SourcePort;
  readonly #encoder: VideoEncoder;
  /** Of the pictures in the encoder, which gives them back in order. */
  readonly #capturedAt: number[] = [];
  #size: CameraSize | undefined;
  #dueAt = 0;
  #keyframeAt = Number.NEGATIVE_INFINITY;
  #stopReading: (() => void) | undefined;
  #stopped = false;

  constructor(stream: MediaStream, encoding: CameraEncoding, want: WantOf<"camera">, port: SourcePort) {
    this.#stream = stream;
    this.#encoding = encoding;
    this.#want = want;
    this.#port = port;
    this.#encoder = new VideoEncoder({ output: (chunk) => this.#encoded(chunk), error: () => this.#end() });
    for (const track of stream.getTracks()) track.addEventListener("ended", () => this.#end());
  }

  start(): void {
    this.#stopReading = readFrames(this.#stream, (frame) => this.#take(frame));
  }

  stop(): void {
    this.#stopped = true;
    this.#stopReading?.();
    for (const track of this.#stream.getTracks()) track.stop();
    if (this.#encoder.state !== "closed") this.#encoder.close();
  }

  #end(): void {
    if (!this.#stopped) this.#port.ended();
  }

  #take(frame: VideoFrame): void {
    const at = performance.now();
    const hasRoom = this.#encoder.encodeQueueSize < MAX_QUEUED && this.#port.hasRoom();
    if (!this.#stopped && hasRoom && this.#isDue(at)) this.#encode(frame, at);
    frame.close();
  }

  /** On a grid of the wanted rate: of a faster camera's pictures those nearest to it are taken. */
  #isDue(at: number): boolean {
    const interval = 1_000 / this.#want.frameRate;
    if (at < this.#dueAt - interval / 2) return false;
    this.#dueAt = Math.max(this.#dueAt, at - interval) + interval;
    return true;
  }

  #encode(frame: VideoFrame, at: number): void {
    const size = sizeWithin({ width: frame.displayWidth, height: frame.displayHeight }, this.#want);
    if (size.width !== this.#size?.width || size.height !== this.#size.height) {
      this.#size = size;
      this.#encoder.configure(this.#encoding.configure(size));
      this.#keyframeAt = Number.NEGATIVE_INFINITY;
    }
    const keyFrame = at - this.#keyframeAt >= KEYFRAME_INTERVAL_MS;
    if (keyFrame) this.#keyframeAt = at;
    this.#capturedAt.push(nowMicros());
    this.#encoder.encode(frame, { keyFrame });
  }

  #encoded(chunk: EncodedVideoChunk): void {
    const capturedAtMicros = this.#capturedAt.shift() ?? nowMicros();
    if (this.#stopped) return;
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    this.#port.frame("camera", { keyframe: chunk.type === "key", capturedAtMicros, data });
  }
}
