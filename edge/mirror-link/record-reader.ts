import { ProtocolFault } from "#protocol";
import { type Direction, type LinkRecord, RECORD_HEADER_BYTES } from "./record.ts";

/**
 * Records out of a stream that is cut anywhere. No more is kept than one record, whose length was held against the
 * limit of its kind before room was made for it.
 */
export class RecordReader<Record extends LinkRecord> {
  readonly #direction: Direction<Record>;
  readonly #header = new Uint8Array(RECORD_HEADER_BYTES);
  #headerBytes = 0;
  /** Undefined while the header is not complete. */
  #body: Uint8Array<ArrayBuffer> | undefined;
  #bodyBytes = 0;

  constructor(direction: Direction<Record>) {
    this.#direction = direction;
  }

  /**
   * The records that this piece of the stream completes.
   * @throws ProtocolFault of `Direction`; the stream is worth nothing from then on
   */
  take(chunk: Uint8Array): Record[] {
    const records: Record[] = [];
    let at = 0;
    while (at < chunk.byteLength || this.#isComplete()) {
      if (this.#body === undefined) at += this.#takeHeader(chunk.subarray(at));
      else if (this.#isComplete()) records.push(this.#finish(this.#body));
      else {
        const part = chunk.subarray(at, at + this.#body.byteLength - this.#bodyBytes);
        this.#body.set(part, this.#bodyBytes);
        this.#bodyBytes += part.byteLength;
        at += part.byteLength;
      }
    }
    return records;
  }

  #isComplete(): boolean {
    return this.#body !== undefined && this.#bodyBytes === this.#body.byteLength;
  }

  #takeHeader(chunk: Uint8Array): number {
    const part = chunk.subarray(0, RECORD_HEADER_BYTES - this.#headerBytes);
    this.#header.set(part, this.#headerBytes);
    this.#headerBytes += part.byteLength;
    if (this.#headerBytes === RECORD_HEADER_BYTES) {
      const length = new DataView(this.#header.buffer).getUint32(0);
      if (length > this.#direction.limit(this.#code())) {
        throw new ProtocolFault("oversized", "link record over the limit of its kind");
      }
      this.#body = new Uint8Array(length);
      this.#bodyBytes = 0;
    }
    return part.byteLength;
  }

  #finish(body: Uint8Array<ArrayBuffer>): Record {
    this.#body = undefined;
    this.#headerBytes = 0;
    return this.#direction.read(this.#code(), body.buffer);
  }

  #code(): number {
    return this.#header[RECORD_HEADER_BYTES - 1] ?? 0;
  }
}
