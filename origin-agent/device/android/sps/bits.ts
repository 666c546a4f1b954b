/** The bits ran out, or say what no encoder says: the caller leaves such a parameter set alone. */
export class NotReadable extends Error {}

/** Reads a raw byte sequence payload bit by bit (ITU-T H.264, section 7.2). */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bits that were read. */
  get position(): number {
    return this.#at;
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) throw new NotReadable();
    const bit = (byte >> (7 - (this.#at & 7))) & 1;
    this.#at += 1;
    return bit;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** An unsigned number of up to 32 bits. */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#bytes.length * 8) throw new NotReadable();
  }

  /** ue(v): section 9.1. */
  unsigned(): number {
    let zeros = 0;
    while (!this.flag()) {
      zeros += 1;
      if (zeros > 31) throw new NotReadable();
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v): section 9.1.1. */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }

  /** Whether nothing but the stop bit and zeros is left (section 7.3.2.11). */
  atTrailingBits(): boolean {
    const rest = new BitReader(this.#bytes);
    rest.#at = this.#at;
    if (this.#at >= this.#bytes.length * 8 || !rest.flag()) return false;
    while (rest.#at < this.#bytes.length * 8) if (rest.flag()) return false;
    return true;
  }
}

/** Writes one. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;

  bit(bit: number): void {
    const at = this.#bits & 7;
    if (at === 0) this.#bytes.push(0);
    const last = this.#bytes.length - 1;
    this.#bytes[last] = (this.#bytes[last] ?? 0) | (bit << (7 - at));
    this.#bits += 1;
  }

  unsigned(value: number): void {
    const code = value + 1;
    const length = 32 - Math.clz32(code);
    for (let index = 1; index < length; index += 1) this.bit(0);
    for (let index = length - 1; index >= 0; index -= 1) this.bit((code >>> index) & 1);
  }

  /** The bits of `bytes` from one place up to another. */
  copy(bytes: Uint8Array, from: number, to: number): void {
    const reader = new BitReader(bytes);
    reader.skip(from);
    for (let at = from; at < to; at += 1) this.bit(reader.bit());
  }

  /** The stop bit, and zeros up to the next whole byte. @returns all that was written */
  finish(): Uint8Array {
    this.bit(1);
    return Uint8Array.from(this.#bytes);
  }
}
