import { ProtocolFault } from "#protocol";
import { type Direction, type LinkRecord, writeRecord } from "./record.ts";
import { RecordReader } from "./record-reader.ts";

/** Frames are bounded by the window of W-1; what lies over it and one burst of control is a peer that reads nothing. */
const MAX_QUEUED_BYTES = 4 * 1024 * 1024;

export interface LinkEvents<Incoming extends LinkRecord> {
  received(records: readonly Incoming[]): void;
  /** Once, when nothing comes any more: `finished` when the peer ended its stream, else the link was lost. */
  ended(finished: boolean): void;
}

/**
 * One end of the link between a home and a mirror: a byte stream each way. What is sent is queued in order and never
 * waits; a peer that leaves too much unread is cut off.
 */
export class Link<Incoming extends LinkRecord, Outgoing extends LinkRecord> {
  /** To be handed to the peer. */
  readonly outgoing: ReadableStream<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #queuedBytes = 0;
  #isOver = false;

  constructor() {
    const { readable, writable } = new IdentityTransformStream();
    this.outgoing = readable;
    this.#writer = writable.getWriter();
    // A writer that failed says so by its writes too.
    this.#writer.closed.catch(() => undefined);
  }

  send(record: Outgoing): void {
    if (this.#isOver) return;
    const bytes = writeRecord(record);
    this.#queuedBytes += bytes.byteLength;
    if (this.#queuedBytes > MAX_QUEUED_BYTES) return this.cut();
    this.#writer.write(bytes).then(
      () => {
        this.#queuedBytes -= bytes.byteLength;
      },
      () => this.cut(),
    );
  }

  /** Everything that was sent still arrives; nothing more is. */
  finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#writer.close().catch(() => undefined);
  }

  /** Both ways at once, and whatever is under way. */
  cut(): void {
    this.#isOver = true;
    this.#writer.abort().catch(() => undefined);
    this.#reader?.cancel().catch(() => undefined);
  }

  /** Read until the peer ends its stream, or the link breaks. */
  async read(
    incoming: ReadableStream<Uint8Array>,
    direction: Direction<Incoming>,
    events: LinkEvents<Incoming>,
  ): Promise<void> {
    const records = new RecordReader(direction);
    const reader = incoming.getReader();
    this.#reader = reader;
    // A stream that fails is a peer that is gone.
    const next = () => reader.read().catch(() => undefined);
    let piece = await next();
    try {
      for (; piece !== undefined && !piece.done; piece = await next()) events.received(records.take(piece.value));
    } catch (error) {
      piece = undefined;
      this.cut();
      if (!(error instanceof ProtocolFault)) throw error;
    } finally {
      events.ended(piece?.done === true);
    }
  }
}
