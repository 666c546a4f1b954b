import {
  type CodedSize,
  codedSize,
  createVideoEncoder,
  type EncodedPicture,
  type VideoEncoder,
} from "../../encode/index.ts";
import type { DeviceSink, Display, VideoTarget } from "../device.ts";
import { CanvasPicture } from "./canvas-picture.ts";
import { unixMillis } from "./clock.ts";
import { nextBeat, nextPictureAt, type Pace } from "./pace.ts";
import type { Canvas2D } from "./ui/shape.ts";

/** What the pump shows. */
export interface Scene {
  readonly display: Display;
  frameRate(): number;
  /** `at`: the moment of drawing, in milliseconds of Unix time. */
  draw(canvas: Canvas2D, at: number): void;
}

/** Pictures per second at most, whatever is asked for: what a phone's screen shows. */
const MAX_FRAME_RATE = 60;
const FIRST_BITRATE = 4_000_000;
/** An encoder that fails is made anew; one that fails twice in a row is broken. */
const MAX_FAILURES = 2;

interface Screen {
  readonly display: Display;
  readonly picture: CanvasPicture;
  readonly coded: CodedSize;
  readonly encoder: VideoEncoder;
}

type Waker = ReturnType<typeof setTimeout>;

/**
 * Draws, encodes and hands over one picture after the other, newest only: while one is being encoded nothing is
 * drawn, and what changes meanwhile is in the next. Nothing runs while nothing changes.
 */
export class Pump {
  readonly #scene: Scene;
  readonly #sink: DeviceSink;
  #screen: Screen | undefined;
  #state: "open" | "paused" | "closed" = "open";
  #encoding: Promise<void> | undefined;
  #waker: Waker | undefined;
  #target: VideoTarget = { bitrate: FIRST_BITRATE, frameRate: MAX_FRAME_RATE };
  #changed = true;
  #keyframeWanted = true;
  #lastAt: number | undefined;
  #beatAt = 0;
  #restingSince: number | undefined;
  #failures = 0;

  constructor(scene: Scene, sink: DeviceSink) {
    this.#scene = scene;
    this.#sink = sink;
  }

  /** The scene looks different now. */
  changed(): void {
    this.#changed = true;
    // After all of the input that changed it: ten fingers of one message are one picture.
    queueMicrotask(() => this.advance());
  }

  requestKeyframe(): void {
    this.#keyframeWanted = true;
    this.advance();
  }

  setTarget(target: VideoTarget): void {
    const { bitrate } = this.#target;
    this.#target = { ...target, frameRate: Math.min(target.frameRate, MAX_FRAME_RATE) };
    // At rest only what makes the picture better is worth sending: more pixels, or the bits for what is still coarse.
    const shown = this.#screen?.coded;
    if (shown !== undefined && this.#codedSize().width > shown.width) this.#changed = true;
    if (target.bitrate > bitrate && this.#restingSince !== undefined) this.#restingSince = unixMillis();
    this.advance();
  }

  setPaused(paused: boolean): void {
    if (this.#state === "closed" || paused === (this.#state === "paused")) return;
    this.#state = paused ? "paused" : "open";
    if (!paused) this.advance();
  }

  async close(): Promise<void> {
    this.#state = "closed";
    clearTimeout(this.#waker);
    await this.#encoding;
    this.#closeScreen();
  }

  /** Make the picture that is due, or wait for the moment when one is. */
  advance(): void {
    clearTimeout(this.#waker);
    if (this.#state !== "open" || this.#encoding !== undefined) return;
    const dueAt = nextPictureAt(this.#pace());
    if (dueAt === undefined) return;
    const wait = dueAt - unixMillis();
    if (wait > 0) {
      this.#waker = setTimeout(() => this.advance(), wait);
      return;
    }
    // Without room nothing is drawn at all: when it returns, what is newest then is.
    if (!this.#sink.hasRoom()) return;
    this.#encoding = this.#makePicture().finally(() => {
      this.#encoding = undefined;
      this.advance();
    });
  }

  #pace(): Pace {
    return {
      changed: this.#changed,
      keyframeWanted: this.#keyframeWanted,
      lastAt: this.#lastAt,
      maxRate: this.#target.frameRate,
      animationRate: this.#scene.frameRate(),
      beatAt: this.#beatAt,
      restingSince: this.#restingSince,
    };
  }

  async #makePicture(): Promise<void> {
    const at = unixMillis();
    const before = this.#pace();
    this.#changed = false;
    this.#keyframeWanted = false;
    try {
      const encoded = await this.#encode(at, before);
      this.#failures = 0;
      this.#noteDrawn(at, before, encoded);
      if (this.#state !== "open") return;
      const { keyframe, data } = encoded;
      this.#sink.unit({ kind: "video", keyframe, config: keyframe, capturedAtMicros: Math.round(at * 1000), data });
    } catch (error) {
      this.#failed(error);
    }
  }

  async #encode(at: number, before: Pace): Promise<EncodedPicture> {
    const open = this.#screen;
    const screen = this.#screenOfNow();
    this.#scene.draw(screen.picture.canvas, at);
    const sinceLastMs = before.lastAt === undefined ? 1000 : Math.max(1, at - before.lastAt);
    screen.encoder.setTarget(this.#target.bitrate, Math.min(this.#target.frameRate, 1000 / sinceLastMs));
    const keyframe = screen !== open || before.keyframeWanted;
    return screen.picture.lend((picture) => screen.encoder.encode(picture, { keyframe }));
  }

  #noteDrawn(at: number, before: Pace, encoded: EncodedPicture): void {
    const sharpening = !before.changed && !before.keyframeWanted && before.animationRate === 0;
    if (encoded.sharp) this.#restingSince = undefined;
    else if (!sharpening) this.#restingSince = at;
    this.#beatAt = nextBeat(before, at);
    this.#lastAt = at;
  }

  #codedSize(): CodedSize {
    return codedSize(this.#scene.display, this.#target.maxSide);
  }

  /** What is open, as long as the display and the coded size are still the same. */
  #screenOfNow(): Screen {
    const open = this.#screen;
    const { display } = this.#scene;
    const coded = this.#codedSize();
    const sameDisplay = open !== undefined && sameSize(open.display, display);
    if (sameDisplay && sameSize(open.coded, coded)) return open;
    this.#closeScreen();
    const { width, height } = display;
    const { bitrate } = this.#target;
    const encoder = createVideoEncoder({ width, height, coded, bitrate, frameRate: MAX_FRAME_RATE });
    const picture = sameDisplay ? open.picture : new CanvasPicture(display);
    this.#screen = { display, picture, coded, encoder };
    // Another coded size is the same display: whoever looks and touches need not know.
    if (!sameDisplay) this.#sink.display(display);
    return this.#screen;
  }

  #closeScreen(): void {
    this.#screen?.encoder.close();
    this.#screen = undefined;
  }

  #failed(error: unknown): void {
    this.#closeScreen();
    this.#changed = true;
    this.#failures += 1;
    if (this.#failures < MAX_FAILURES || this.#state === "closed") return;
    this.#state = "closed";
    this.#sink.lost(`the picture could not be encoded: ${error instanceof Error ? error.message : "unknown"}`);
  }
}

function sameSize(a: CodedSize, b: CodedSize): boolean {
  return a.width === b.width && a.height === b.height;
}
