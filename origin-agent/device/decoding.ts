/** A decoder that is fed one unit after the other. */
interface Decoder<Decoded> {
  decode(data: Uint8Array): Promise<Decoded>;
  close(): void;
}

/**
 * Units of a lent stream through a decoder, in order. What comes faster than it is decoded waits, up to a bound; past
 * that everything up to the next place to start is lost.
 */
export class Decoding<Decoded> {
  readonly #decoder: Decoder<Decoded>;
  readonly #decoded: (decoded: Decoded) => void;
  readonly #maxWaiting: number;
  #waiting: Uint8Array[] = [];
  #running: Promise<void> | undefined;
  #closed = false;
  /** What comes cannot be decoded before the next place to start. */
  #broken = true;

  constructor(decoder: Decoder<Decoded>, maxWaiting: number, decoded: (decoded: Decoded) => void) {
    this.#decoder = decoder;
    this.#maxWaiting = maxWaiting;
    this.#decoded = decoded;
  }

  /** @param start decoding can start here */
  take(data: Uint8Array, start: boolean): void {
    if (this.#closed || (this.#broken && !start)) return;
    if (start) this.#broken = false;
    if (this.#waiting.length >= this.#maxWaiting) {
      this.#waiting = start ? [data] : [];
      this.#broken = !start;
    } else this.#waiting.push(data);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Nothing is told after this. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting = [];
    await this.#running;
    this.#decoder.close();
  }

  async #run(): Promise<void> {
    for (let data = this.#waiting.shift(); data !== undefined; data = this.#waiting.shift()) {
      try {
        const decoded = await this.#decoder.decode(data);
        if (!this.#closed) this.#decoded(decoded);
      } catch {
        // Foreign bytes that are no picture and no sound: the stream goes on where it can.
        this.#broken = true;
        this.#waiting = [];
      }
    }
  }
}
