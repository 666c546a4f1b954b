import type { AudioCounters, ToPlayer } from "./messages.ts";
import { createSampleRing, pullSamples, pushSamples, type SampleRing } from "./ring.ts";

const SAMPLE_RATE = 48_000;
/** What waits before sound starts: covers the jitter of a good network and one late packet of 20 ms. */
const TARGET_SAMPLES = 0.05 * SAMPLE_RATE;
/** Sound later than this is not sound of that picture any more. */
const LIMIT_SAMPLES = 0.15 * SAMPLE_RATE;
/** How often the page is told, in blocks of 128 samples: about five times a second. */
const BLOCKS_PER_REPORT = 75;

/** Plays what the page posts: one array of samples per channel. */
class RingPlayer extends AudioWorkletProcessor {
  #ring: SampleRing | undefined;
  #blocks = 0;
  #ended = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToPlayer>) => {
      if (data === "end") {
        this.#ended = true;
        return;
      }
      this.#ring ??= createSampleRing(data.length, TARGET_SAMPLES, LIMIT_SAMPLES);
      pushSamples(this.#ring, data);
    };
  }

  process(_inputs: unknown, outputs: readonly (readonly Float32Array[])[]): boolean {
    if (this.#ended) return false;
    if (this.#ring === undefined) return true;
    pullSamples(this.#ring, outputs[0] ?? []);
    this.#blocks += 1;
    if (this.#blocks % BLOCKS_PER_REPORT === 0) this.#report(this.#ring);
    return true;
  }

  #report({ length, underflows, dropped }: SampleRing): void {
    const counters: AudioCounters = {
      bufferedMs: (1_000 * length) / SAMPLE_RATE,
      underflows,
      droppedMs: (1_000 * dropped) / SAMPLE_RATE,
    };
    this.port.postMessage(counters);
  }
}

registerProcessor("nearglass-ring", RingPlayer);
