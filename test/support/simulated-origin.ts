import { type FrameHeader, writeFrame } from "#protocol";
import type { Random } from "./random.ts";
import type { SimulatedTime } from "./simulated-time.ts";

const KEYFRAME_SIZE = 4;
const AUDIO_INTERVAL_MS = 20;

export interface OriginOptions {
  /** What the pictures would take if nothing limited them, bits a second. */
  readonly bitrate: number;
  readonly audioBitrate: number;
  /** Whether anything moves on the screen then, milliseconds from the start. */
  readonly moves?: (since: number) => boolean;
}

/** A device and its agent: frames of about the bitrate it was told, and a keyframe when asked. */
export class SimulatedOrigin {
  readonly #time: SimulatedTime;
  readonly #options: OriginOptions;
  readonly #random: Random;
  readonly #send: (header: FrameHeader, message: ArrayBuffer) => void;
  readonly #start: number;
  #target = { bitrate: Number.POSITIVE_INFINITY, frameRate: 30 };
  #needsKeyframe = true;
  #video = 0;
  #audio = 0;
  /** Whether frames go out. */
  on = true;
  keyframes = 0;
  readonly targets: { readonly at: number; readonly bitrate: number }[] = [];

  constructor(
    time: SimulatedTime,
    options: OriginOptions,
    random: Random,
    send: (header: FrameHeader, message: ArrayBuffer) => void,
  ) {
    this.#time = time;
    this.#options = options;
    this.#random = random;
    this.#send = send;
    this.#start = time.now;
    this.#nextVideo();
    if (options.audioBitrate > 0) this.#nextAudio();
  }

  keyframeAsked(): void {
    this.#needsKeyframe = true;
    // A screen at rest is encoded once more.
    if (!this.#moves()) this.#encode();
  }

  targetTold(bitrate: number, frameRate: number): void {
    this.#target = { bitrate, frameRate };
    this.targets.push({ at: this.#time.now - this.#start, bitrate });
  }

  #moves(): boolean {
    return this.#options.moves?.(this.#time.now - this.#start) ?? true;
  }

  #nextVideo(): void {
    if (this.on && this.#moves()) this.#encode();
    this.#time.after(1_000 / Math.min(30, this.#target.frameRate), () => this.#nextVideo());
  }

  #encode(): void {
    const bitrate = Math.min(this.#options.bitrate, this.#target.bitrate);
    const delta = (bitrate / 8 / Math.min(30, this.#target.frameRate)) * (0.7 + 0.6 * this.#random.next());
    const keyframe = this.#needsKeyframe;
    this.#needsKeyframe = false;
    if (keyframe) this.keyframes += 1;
    this.#emit("video", keyframe, this.#video++, delta * (keyframe ? KEYFRAME_SIZE : 1));
  }

  #nextAudio(): void {
    if (this.on) this.#emit("audio", true, this.#audio++, (this.#options.audioBitrate / 8_000) * AUDIO_INTERVAL_MS);
    this.#time.after(AUDIO_INTERVAL_MS, () => this.#nextAudio());
  }

  #emit(kind: "video" | "audio", keyframe: boolean, sequence: number, bytes: number): void {
    const header: FrameHeader = {
      kind,
      keyframe,
      config: kind === "video" && keyframe,
      epoch: 0,
      sequence,
      capturedAtMicros: Math.round(this.#time.now * 1_000),
    };
    this.#send(header, writeFrame(header, new Uint8Array(Math.max(20, Math.round(bytes) - 16))));
  }
}
