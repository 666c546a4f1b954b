import { BrokenPipe, type ByteStream } from "../byte-stream.ts";
import { COMMAND } from "./packet.ts";

/** What a stream needs of the transport that it runs on. */
export interface StreamLine {
  readonly maxData: number;
  send(command: number, first: number, second: number, data?: Uint8Array): void;
  /** Before every confirmation: a device that reads slowly confirms late. */
  beforeOkay(): Promise<void>;
  /** How many bytes one packet may carry now: 1 when the device is to send its streams in crumbs. */
  pieceBytes(): number;
  forget(localId: number): void;
}

/** One stream of ADB: one packet under way each way, confirmed by OKAY when the reader has taken it. */
export class AdbStream implements ByteStream {
  readonly localId: number;
  readonly #line: StreamLine;
  readonly #gone = new AbortController();
  #remoteId: number | undefined;
  /** Bytes that came and were not read; ADB sends none before they are confirmed, so that it holds one packet. */
  #unread: Uint8Array[] = [];
  #wakeReader: (() => void) | undefined;
  #mayWrite = false;
  #wakeWriter: (() => void) | undefined;
  #writes: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(line: StreamLine, localId: number, remoteId?: number) {
    this.localId = localId;
    this.#line = line;
    this.#remoteId = remoteId;
    this.#mayWrite = remoteId !== undefined;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  async read(): Promise<Uint8Array | undefined> {
    while (this.#unread.length === 0) {
      if (this.#closed || this.gone.aborted) return undefined;
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
    const piece = this.#unread.shift();
    await this.#line.beforeOkay();
    if (!this.#closed && !this.gone.aborted) this.#line.send(COMMAND.okay, this.localId, this.#remoteId ?? 0);
    return piece;
  }

  write(data: Uint8Array): Promise<void> {
    const written = this.#writes.then(() => this.#write(data));
    // Whoever wrote is told; the next writer finds out for itself.
    this.#writes = written.catch(() => {});
    return written;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wakeReader?.();
    void this.#writes.then(() => this.#end());
  }

  /** OKAY: the stream is open, or the last packet was taken. */
  confirmed(remoteId: number): void {
    this.#remoteId = remoteId;
    this.#mayWrite = true;
    this.#wakeWriter?.();
  }

  received(data: Uint8Array): void {
    this.#unread.push(data);
    this.#wakeReader?.();
  }

  /** CLSE, or the transport is gone. */
  lost(): void {
    this.#gone.abort();
    this.#wakeReader?.();
    this.#wakeWriter?.();
    this.#line.forget(this.localId);
  }

  async #write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; ) {
      await this.#turn();
      const piece = data.subarray(at, at + Math.min(this.#line.maxData, this.#line.pieceBytes()));
      this.#mayWrite = false;
      this.#line.send(COMMAND.write, this.localId, this.#remoteId ?? 0, piece);
      at += piece.length;
    }
  }

  async #turn(): Promise<void> {
    while (!this.#mayWrite && !this.gone.aborted) {
      await new Promise<void>((resolve) => {
        this.#wakeWriter = resolve;
      });
    }
    if (this.gone.aborted) throw new BrokenPipe();
  }

  #end(): void {
    if (this.gone.aborted) return;
    this.#line.send(COMMAND.close, this.localId, this.#remoteId ?? 0);
    this.#line.forget(this.localId);
    this.#gone.abort();
  }
}
