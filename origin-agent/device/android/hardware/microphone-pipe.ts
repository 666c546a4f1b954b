import { createAudioDecoder, SAMPLE_RATE } from "../../../encode/index.ts";
import { Decoding } from "../../decoding.ts";
import type { HardwareWishes, LentHardware } from "../../hardware.ts";
import type { BackEnd } from "./back-end.ts";
import { Pipe } from "./pipe.ts";

const PURPOSE = "Microphone";
/** Half a second of packets: what a network held up comes at once. */
const MAX_DECODING = 25;
/** 200 ms: what is older is of no use to whoever listens. */
const MAX_WAITING = 10;
const BYTES_PER_SAMPLE = 2;
const LARGEST = 0x7fff;
const PACKET_MS = 20;
/** Nothing has come for so long: there is silence for whoever reads, for as long. */
const SILENCE_MS = 100;
const SILENCE = new Uint8Array((SAMPLE_RATE / 1_000) * PACKET_MS * BYTES_PER_SAMPLE);

/** A lent microphone as raw sound, s16le of 48 kHz and one channel, for whoever reads it: reading is the ask. */
export class MicrophonePipe implements BackEnd {
  readonly #wishes: HardwareWishes;
  readonly #pipe: Pipe;
  #decoding: Decoding<Float32Array> | undefined;
  #heardAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(path: string, wishes: HardwareWishes, log: (line: string) => void) {
    this.#wishes = wishes;
    this.#pipe = new Pipe(path, MAX_WAITING, {
      opened: () => this.#opened(),
      closed: () => this.#closed(),
      unusable: (words) => log(`microphone: ${words}`),
    });
  }

  came(news: LentHardware): void {
    if (news.type === "granted" && news.want.kind === "microphone") {
      void this.#decoding?.close();
      this.#decoding = new Decoding(createAudioDecoder(), MAX_DECODING, (samples) => this.#heard(samples));
    } else if (news.type === "frame" && news.kind === "microphone") this.#decoding?.take(news.data, true);
    else if (news.type === "ended" && news.kind === "microphone") void this.#forget();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#pipe.close();
    await this.#forget();
  }

  #opened(): void {
    this.#wishes.ask(PURPOSE, { kind: "microphone" });
    this.#timer = setInterval(() => {
      if (performance.now() - this.#heardAt < SILENCE_MS) return;
      for (let ms = 0; ms < SILENCE_MS; ms += PACKET_MS) this.#pipe.write(SILENCE);
    }, SILENCE_MS);
  }

  #closed(): void {
    clearInterval(this.#timer);
    this.#wishes.done("microphone");
  }

  #heard(samples: Float32Array): void {
    this.#heardAt = performance.now();
    this.#pipe.write(signed16(samples));
  }

  async #forget(): Promise<void> {
    const decoding = this.#decoding;
    this.#decoding = undefined;
    this.#pipe.forget();
    await decoding?.close();
  }
}

/** Floats of -1 to 1 as whole numbers of 16 bits, the lower byte first. */
function signed16(samples: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(samples.length * BYTES_PER_SAMPLE));
  for (const [at, sample] of samples.entries())
    view.setInt16(at * BYTES_PER_SAMPLE, Math.round(Math.max(-1, Math.min(1, sample)) * LARGEST), true);
  return new Uint8Array(view.buffer);
}
