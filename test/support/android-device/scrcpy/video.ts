import {
  createVideoEncoder,
  type VideoEncoder,
  type VideoEncoderOptions,
} from "../../../../origin-agent/encode/index.ts";
import type { ByteStream } from "../byte-stream.ts";
import type { Screen, Size } from "../system/screen.ts";
import { divided } from "./access-unit.ts";
import { Bell } from "./bell.ts";
import type { Framing } from "./framing.ts";
import type { ServerOptions } from "./options.ts";
import { reelOf } from "./reel.ts";
import { videoSize } from "./video-size.ts";

/** MediaCodec is told to repeat a picture that stands still after this time, and does so this often. */
const REPEAT_AFTER_MS = 100;
const REPEATS = 10;
const SCREEN_RATE = 60;
/** The server gives up at this many failures in a row. */
const MOST_ERRORS = 3;

/** As MediaCodec says it. */
export class CodecError extends Error {}

type ResetReason = "size" | "client-size" | "asked" | "stopped";

interface VideoOptions {
  readonly socket: ByteStream;
  readonly framing: Framing;
  readonly majorVersion: number;
  readonly screen: Screen;
  readonly options: ServerOptions;
  readonly uptimeMicros: () => number;
  readonly log: (level: "ERROR", text: string) => void;
}

/** The video of a server, after SurfaceEncoder.java: an encoder that is made anew at every reset, and yields pictures as they change. */
export class VideoStream {
  readonly #given: VideoOptions;
  readonly #bell = new Bell();
  #reset: ResetReason | undefined;
  #changed = true;
  /** How often the encoder is still to fail. */
  #failures = 0;
  #failuresInARow = 0;
  #size: Size;
  /** How often an encoder was started: once for each keyframe that was asked for, each turn and each failure. */
  sessions = 0;

  constructor(given: VideoOptions) {
    this.#given = given;
    this.#size = this.#wantedSize();
  }

  /** What a touch has to be aimed at now. */
  get size(): Size {
    return this.#size;
  }

  /** Settles when the client is gone or `stop` was called. @throws CodecError when the encoder fails for good */
  async run(): Promise<void> {
    const { screen, socket, framing, options } = this.#given;
    const unwatch = screen.watch((what) => this.#screenChanged(what));
    const gone = () => this.stop();
    socket.gone.addEventListener("abort", gone, { once: true });
    try {
      if (options.sendStreamMeta) await socket.write(framing.videoHeader(this.#size));
      while (this.#reset !== "stopped") await this.#session();
    } finally {
      unwatch();
      socket.gone.removeEventListener("abort", gone);
    }
  }

  reset(reason: ResetReason): void {
    // A stop is never taken back.
    if (this.#reset !== "stopped") this.#reset = reason;
    this.#bell.ring();
  }

  stop(): void {
    this.reset("stopped");
  }

  /** Let the encoder fail: once, or until the server gives up. */
  fail(forGood: boolean): void {
    this.#failures = forGood ? MOST_ERRORS : 1;
    this.#bell.ring();
  }

  #screenChanged(what: "picture" | "size"): void {
    this.#changed = true;
    if (what === "size" && this.#reset === undefined) this.reset("size");
    this.#bell.ring();
  }

  #wantedSize(): Size {
    const { screen, options, majorVersion } = this.#given;
    return videoSize(screen.size, options.maxSize, majorVersion);
  }

  async #session(): Promise<void> {
    const { socket, framing, options, screen, log } = this.#given;
    const clientResized = this.#reset === "client-size";
    this.#reset = undefined;
    this.#size = this.#wantedSize();
    this.sessions += 1;
    try {
      const session = options.sendStreamMeta ? framing.session(this.#size, clientResized) : undefined;
      if (session !== undefined) await socket.write(session);
      if (screen.reelRate > 0) await this.#play(screen.reelRate);
      else await this.#encode();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      log("ERROR", `Capture/encoding error: android.media.MediaCodec$CodecException: ${error.message}`);
      this.#failuresInARow += 1;
      if (this.#failuresInARow >= MOST_ERRORS) throw error;
    }
  }

  /** Show pictures as they change, until something resets it. */
  async #encode(): Promise<void> {
    const { screen, options } = this.#given;
    const frameRate = options.maxFps > 0 ? Math.min(SCREEN_RATE, Math.ceil(options.maxFps)) : SCREEN_RATE;
    const encoder = this.#newEncoder({ ...screen.size, coded: this.#size, bitrate: options.videoBitRate, frameRate });
    try {
      await this.#encodeWith(encoder, 1_000 / frameRate);
    } finally {
      encoder.close();
    }
  }

  /** Show a second of pictures that were encoded beforehand, over and over. */
  async #play(frameRate: number): Promise<void> {
    const { screen, options, uptimeMicros } = this.#given;
    const reel = await reelOf({ drawn: screen.size, coded: this.#size, bitrate: options.videoBitRate, frameRate });
    await this.#write({ kind: "config", ptsMicros: uptimeMicros(), data: reel.config });
    let dueAt = performance.now();
    for (let at = 0; this.#reset === undefined; at = (at + 1) % reel.slices.length) {
      this.#failWhenTold();
      const kind = at === 0 ? "keyframe" : "delta";
      await this.#write({ kind, ptsMicros: uptimeMicros(), data: reel.slices[at] ?? new Uint8Array() });
      // Pictures that nobody took in time come late, and are not made up for.
      dueAt = Math.max(dueAt + 1_000 / frameRate, performance.now() - 1_000 / frameRate);
      await this.#bell.sleep(Math.max(0, dueAt - performance.now()));
    }
  }

  async #encodeWith(encoder: VideoEncoder, intervalMs: number): Promise<void> {
    const { screen, options, uptimeMicros } = this.#given;
    let [first, keyframeAt, drawnAt, repeats] = [true, 0, Number.NEGATIVE_INFINITY, 0];
    const pixels = screen.newPixels();
    this.#changed = true;
    while (this.#reset === undefined) {
      this.#failWhenTold();
      const now = performance.now();
      if (!this.#changed && (repeats >= REPEATS || now < drawnAt + REPEAT_AFTER_MS)) {
        await this.#bell.wait(repeats >= REPEATS ? undefined : drawnAt + REPEAT_AFTER_MS - now);
        continue;
      }
      if (now < drawnAt + intervalMs) {
        await this.#bell.sleep(drawnAt + intervalMs - now);
        continue;
      }
      repeats = this.#changed ? 0 : repeats + 1;
      this.#changed = false;
      drawnAt = now;
      const keyframe = first || now >= keyframeAt + options.iFrameIntervalSeconds * 1_000;
      if (keyframe) keyframeAt = now;
      const ptsMicros = uptimeMicros();
      const picture = await encoder.encode(screen.draw(pixels), { keyframe });
      const { config, slices } = divided(picture.data);
      if (first) await this.#write({ kind: "config", ptsMicros, data: config });
      await this.#write({ kind: keyframe ? "keyframe" : "delta", ptsMicros, data: slices });
      first = false;
    }
  }

  #failWhenTold(): void {
    if (this.#failures === 0) return;
    this.#failures -= 1;
    throw new CodecError("Error 0xfffffff4");
  }

  #newEncoder(options: VideoEncoderOptions): VideoEncoder {
    try {
      return createVideoEncoder(options);
    } catch (error) {
      // A size that it cannot hold.
      throw new CodecError(error instanceof Error ? error.message : "Error 0xffffffea");
    }
  }

  async #write(packet: Parameters<Framing["packet"]>[0]): Promise<void> {
    const { socket, framing, options } = this.#given;
    await socket.write(options.sendFrameMeta ? framing.packet(packet) : packet.data);
    this.#failuresInARow = 0;
  }
}
