import type { Adb } from "@yume-chan/adb";
import { MAX_CLIPBOARD_CHARS } from "#protocol";
import type { DeviceSink, Display, MediaUnit, OpenDevice, VideoTarget } from "../device.ts";
import { capturedAt, createCaptureClock } from "./capture-clock.ts";
import { DeviceFault } from "./device-fault.ts";
import { displayOf } from "./display.ts";
import { AndroidFiles } from "./files.ts";
import { Borrowing, type BorrowingOptions } from "./hardware/index.ts";
import { createKeyframeWish, type KeyframeWish, keyframeCame, wishKeyframe } from "./keyframe-wish.ts";
import { createPauseGate, openGate, passGate } from "./pause-gate.ts";
import { createRatePlan, noteStarted, planRate, type RatePlan, type RateSettings } from "./rate-plan.ts";
import { createRecovery, nextAttempt, notePicture } from "./recovery.ts";
import { resetVideoMessage } from "./scrcpy/control-message.ts";
import type { CodedSize } from "./scrcpy/framing.ts";
import { type Run, startRun } from "./scrcpy/run.ts";
import type { ServerProgram } from "./scrcpy/server-program.ts";
import type { EncodedUnit } from "./scrcpy/video-stream.ts";
import type { SpsCodec } from "./sps/one-in-one-out.ts";
import { Steering } from "./steering.ts";

/** What the driver of one device in use needs. */
export interface DriverOptions {
  /** @throws Error when the device is not there */
  readonly connect: () => Promise<Adb>;
  readonly program: ServerProgram;
  /** The screen as it stands by itself. */
  readonly natural: CodedSize;
  /** The ids of the apps that may be opened. */
  readonly apps: readonly string[];
  /** Whether this Android can record what it plays. */
  readonly audible: boolean;
  /** What it borrows of the person who steers. */
  readonly hardware: Omit<BorrowingOptions, "connect">;
  /** Whether a keyboard can be plugged into it. */
  readonly pluggable: boolean;
  readonly sink: DeviceSink;
}

const AUDIO = { codec: "opus", sampleRate: 48_000, channels: 2 } as const;

type Timer = ReturnType<typeof setTimeout>;

/**
 * One Android device in use: a scrcpy server in it, started again when it dies or has to run at another rate. Its pictures are
 * encoded already; they are passed on as they come.
 */
export class Driver {
  readonly #options: DriverOptions;
  readonly #steering: Steering;
  readonly #gate = createPauseGate();
  readonly #plan: RatePlan = createRatePlan(Date.now());
  readonly #recovery = createRecovery();
  #wish: KeyframeWish = createKeyframeWish(Date.now());
  #clocks = { video: createCaptureClock(), audio: createCaptureClock() };
  #run: Run | undefined;
  #borrowing: Borrowing | undefined;
  #target: VideoTarget | undefined;
  #display: Display | undefined;
  #codec: SpsCodec = "h264";
  /** The next attempt, or the next look at the target: there is never cause for both. */
  #timer: Timer | undefined;
  /** Whoever opened it has said whether anybody watches. */
  #watchingSaid = false;
  #closed = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#steering = new Steering({
      send: (message) => this.#run?.say(message),
      after: (delayMs, run) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
      pluggable: options.pluggable,
    });
  }

  /** @throws Error in words for the host's operator */
  async open(): Promise<OpenDevice> {
    // Whoever opens it pauses it at once, if at all: what came until then is shown when it is known who watches.
    this.#gate.paused = true;
    await this.#start();
    const { connect, hardware, sink } = this.#options;
    this.#borrowing = new Borrowing({ connect, ...hardware }, sink.hardware);
    const files = new AndroidFiles(this.#options.connect);
    setTimeout(() => {
      if (!this.#watchingSaid) this.#setPaused(false);
    }, 0);
    return {
      audio: this.#run?.audible === true ? AUDIO : undefined,
      requestKeyframe: () => this.#requestKeyframe(),
      setTarget: (target) => {
        this.#target = target;
        this.#keepToTarget();
      },
      setPaused: (paused) => this.#setPaused(paused),
      // What was lost meanwhile is asked for as a keyframe: a picture that is encoded cannot be made anew.
      roomReturned: () => {},
      input: (input) => this.#steering.input(input),
      releaseAll: () => this.#steering.releaseAll(),
      setClipboard: (text) => this.#steering.setClipboard(text),
      hardware: (news) => this.#borrowing?.came(news),
      openApp: (app) => {
        if (this.#options.apps.includes(app)) this.#steering.openApp(app);
      },
      rotate: () => this.#steering.rotate(),
      setScreen: (on) => this.#steering.setScreen(on),
      files,
      close: async () => {
        await Promise.all([files.close(), this.#close()]);
      },
    };
  }

  async #start(): Promise<void> {
    const { connect, program, audible } = this.#options;
    const adb = await connect();
    this.#clocks = { video: createCaptureClock(), audio: createCaptureClock() };
    this.#wish = createKeyframeWish(Date.now());
    const run = await startRun(
      adb,
      program,
      { rate: this.#plan.running, audio: audible },
      {
        codec: (codec) => {
          this.#codec = codec;
        },
        size: (size) => this.#resized(size),
        unit: (unit) => this.#picture(unit),
        sound: (ptsMicros, data) => this.#sound(ptsMicros, data),
        clipboard: (text) => this.#options.sink.clipboard(text.slice(0, MAX_CLIPBOARD_CHARS)),
        clipboardSet: (sequence) => this.#steering.clipboardSet(sequence),
        ended: (error) => this.#ended(error),
      },
    );
    if (this.#closed) return run.close();
    this.#run = run;
    this.#steering.ready();
    this.#keepToTarget();
  }

  #resized(size: CodedSize): void {
    const { natural, sink } = this.#options;
    const reduced = this.#plan.running.maxSide !== undefined;
    const display = displayOf(size, natural, reduced, this.#display, this.#codec);
    this.#steering.resized(size);
    const before = this.#display;
    if (before?.width === display.width && before.height === display.height) return;
    this.#display = display;
    sink.display(display);
  }

  #picture({ keyframe, config, ptsMicros, data, headroom }: EncodedUnit): void {
    if (keyframe) keyframeCame(this.#wish);
    notePicture(this.#recovery);
    const capturedAtMicros = capturedAt(this.#clocks.video, ptsMicros, Date.now() * 1_000);
    const unit: MediaUnit = { kind: "video", keyframe, config, capturedAtMicros, data, headroom };
    if (passGate(this.#gate, unit)) this.#options.sink.unit(unit);
  }

  #sound(ptsMicros: number, data: Uint8Array): void {
    const capturedAtMicros = capturedAt(this.#clocks.audio, ptsMicros, Date.now() * 1_000);
    if (this.#gate.paused) return;
    this.#options.sink.unit({ kind: "audio", keyframe: true, config: false, capturedAtMicros, data, headroom: true });
  }

  #requestKeyframe(): void {
    if (this.#run !== undefined && wishKeyframe(this.#wish, Date.now())) this.#run.say(resetVideoMessage());
  }

  #setPaused(paused: boolean): void {
    this.#watchingSaid = true;
    this.#borrowing?.setPaused(paused);
    if (paused) {
      this.#gate.paused = true;
      return;
    }
    if (!this.#gate.paused) return;
    const { show, ask } = openGate(this.#gate);
    // It is what the screen shows now.
    if (show !== undefined) this.#options.sink.unit({ ...show, capturedAtMicros: Date.now() * 1_000 });
    if (ask) this.#requestKeyframe();
  }

  /** Start the encoder at another rate once that has been worth it for long enough. */
  #keepToTarget(): void {
    if (this.#run === undefined || this.#target === undefined || this.#closed) return;
    clearTimeout(this.#timer);
    const change = planRate(this.#plan, this.#target, Date.now());
    if (change === undefined) return;
    const wait = change.at - Date.now();
    if (wait > 0) this.#timer = setTimeout(() => this.#keepToTarget(), wait);
    else void this.#changeRate(this.#run, change.settings);
  }

  async #changeRate(run: Run, settings: RateSettings): Promise<void> {
    this.#stopped();
    noteStarted(this.#plan, settings, Date.now());
    await run.close();
    await this.#startAgain();
  }

  async #startAgain(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#start();
    } catch (error) {
      this.#ended(error instanceof Error ? error : new Error("the device could not be started"));
    }
  }

  #stopped(): void {
    this.#run = undefined;
    this.#steering.stopped();
  }

  #ended(error: Error): void {
    this.#stopped();
    if (this.#closed) return;
    const delay = error instanceof DeviceFault ? undefined : nextAttempt(this.#recovery, Date.now());
    clearTimeout(this.#timer);
    if (delay === undefined) return this.#lost(error.message);
    this.#timer = setTimeout(() => void this.#startAgain(), delay);
  }

  #lost(words: string): void {
    this.#closed = true;
    this.#steering.close();
    void this.#borrowing?.close();
    this.#options.sink.lost(words);
  }

  async #close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#steering.close();
    await Promise.all([this.#borrowing?.close(), this.#run?.close()]);
  }
}
