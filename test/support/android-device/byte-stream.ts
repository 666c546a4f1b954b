/** Bytes both ways with back-pressure: what a socket of the device is to its services. */
export interface ByteStream {
  /** The next bytes, or undefined when no more come. */
  read(): Promise<Uint8Array | undefined>;
  /** Settles when more may be written. @throws BrokenPipe when nobody reads any more */
  write(data: Uint8Array): Promise<void>;
  /** What was written before is still delivered. */
  close(): void;
  /** Aborted when the other side has closed, or is gone. */
  readonly gone: AbortSignal;
}

/** As a program on the device is told that the other side of its socket is closed. */
export class BrokenPipe extends Error {
  constructor() {
    super("broken pipe");
  }
}

/** Reads a byte stream by the counts that a protocol names. */
export class ExactReader {
  readonly #source: Pick<ByteStream, "read">;
  #held: Uint8Array = new Uint8Array();

  constructor(source: Pick<ByteStream, "read">) {
    this.#source = source;
  }

  /** Exactly so many bytes. @throws BrokenPipe when fewer come */
  async exactly(count: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    let missing = count;
    while (missing > 0) {
      const piece = await this.some();
      if (piece === undefined) throw new BrokenPipe();
      pieces.push(piece.subarray(0, missing));
      this.#held = piece.subarray(Math.min(missing, piece.length));
      missing -= Math.min(missing, piece.length);
    }
    return Buffer.concat(pieces);
  }

  /** Whatever comes next. */
  async some(): Promise<Uint8Array | undefined> {
    if (this.#held.length === 0) return await this.#source.read();
    const piece = this.#held;
    this.#held = new Uint8Array();
    return piece;
  }

  /** Everything up to the end. */
  async rest(): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for (let piece = await this.some(); piece !== undefined; piece = await this.some()) pieces.push(piece);
    return Buffer.concat(pieces);
  }
}
