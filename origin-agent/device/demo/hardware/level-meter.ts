import { createAudioDecoder } from "../../../encode/index.ts";
import { Decoding } from "../../decoding.ts";

/** Half a second of packets: a level that is older is of no use. */
const MAX_WAITING = 25;
/** The quietest that shows, in decibels below full scale. */
const QUIETEST_DB = 60;
/** How much of the level is left after a silent packet: it falls slower than it rises, as needles do. */
const FALL = 0.85;
/** Of two packets one is shown: 25 pictures a second. */
const PACKETS_PER_PICTURE = 2;

/** How loud a lent microphone is. */
export class LevelMeter {
  readonly #changed: () => void;
  #decoding: Decoding<Float32Array> | undefined;
  #level = 0;
  #packets = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** 0 to 1, by decibels. */
  get level(): number {
    return this.#level;
  }

  open(): void {
    void this.close();
    this.#decoding = new Decoding(createAudioDecoder(), MAX_WAITING, (samples) => this.#heard(samples));
  }

  packet(data: Uint8Array): void {
    this.#decoding?.take(data, true);
  }

  async close(): Promise<void> {
    const decoding = this.#decoding;
    this.#decoding = undefined;
    this.#level = 0;
    await decoding?.close();
  }

  #heard(samples: Float32Array): void {
    this.#level = Math.max(levelOf(samples), this.#level * FALL);
    this.#packets += 1;
    if (this.#packets % PACKETS_PER_PICTURE === 0) this.#changed();
  }
}

function levelOf(samples: Float32Array): number {
  let squares = 0;
  for (const sample of samples) squares += sample * sample;
  const decibels = 10 * Math.log10(squares / Math.max(1, samples.length));
  return Math.min(1, Math.max(0, 1 + decibels / QUIETEST_DB));
}
