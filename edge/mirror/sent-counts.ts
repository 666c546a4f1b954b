/** What was sent to one seat since the home was last told. */
interface SentCount {
  /** Video frames and their bytes. */
  readonly frames: number;
  readonly bytes: number;
  /** How often it stopped flowing (W-3). */
  readonly stops: number;
}

const MOST = 0xffff_ffff;

/** What was sent to the seats of a mirror, for the quality record that the home keeps. */
export class SentCounts {
  readonly #counts = new Map<string, { -readonly [Field in keyof SentCount]: SentCount[Field] }>();

  /** On the way of a frame. */
  frame(seat: string, bytes: number): void {
    const count = this.#of(seat);
    count.frames += 1;
    count.bytes += bytes;
  }

  stopped(seat: string): void {
    this.#of(seat).stops += 1;
  }

  /** What is to be told of the seat now; undefined when there is nothing new. What is over a record's 32 bits waits. */
  take(seat: string): SentCount | undefined {
    const count = this.#counts.get(seat);
    if (count === undefined) return undefined;
    this.#counts.delete(seat);
    const bytes = Math.min(count.bytes, MOST);
    if (count.bytes > bytes) this.#counts.set(seat, { frames: 0, bytes: count.bytes - bytes, stops: 0 });
    return { ...count, bytes };
  }

  #of(seat: string) {
    const known = this.#counts.get(seat);
    if (known !== undefined) return known;
    const count = { frames: 0, bytes: 0, stops: 0 };
    this.#counts.set(seat, count);
    return count;
  }
}
