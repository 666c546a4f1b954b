import { execFile } from "node:child_process";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const PIECE_BYTES = 1024 * 1024;

/** A named pipe in a folder of its own. */
export class Fifo {
  readonly path: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, "pipe");
  }

  static async make(): Promise<Fifo> {
    const fifo = new Fifo(await mkdtemp(join(tmpdir(), "fifo-")));
    await promisify(execFile)("mkfifo", [fifo.path]);
    return fifo;
  }

  read(): FifoReader {
    return new FifoReader(this.path);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

/** Reads a pipe when it is told to, as much as there is: a reader that is never waited for. */
export class FifoReader {
  readonly #fd: number;
  readonly #piece = new Uint8Array(PIECE_BYTES);
  #closed = false;

  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  /** What has come since; nothing while nobody writes. */
  take(): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (let count = this.#some(); count > 0; count = this.#some()) pieces.push(this.#piece.slice(0, count));
    return Buffer.concat(pieces);
  }

  close(): void {
    if (!this.#closed) closeSync(this.#fd);
    this.#closed = true;
  }

  #some(): number {
    try {
      return readSync(this.#fd, this.#piece);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
      throw error;
    }
  }
}

/** Cuts what is read into pieces of one length, as a camera does with pictures. */
export class Pieces {
  readonly #reader: FifoReader;
  readonly #bytes: number;
  #rest: Uint8Array = new Uint8Array();

  constructor(reader: FifoReader, bytes: number) {
    this.#reader = reader;
    this.#bytes = bytes;
  }

  take(): Uint8Array[] {
    this.#rest = Buffer.concat([this.#rest, this.#reader.take()]);
    const pieces: Uint8Array[] = [];
    for (; this.#rest.length >= this.#bytes; this.#rest = this.#rest.subarray(this.#bytes))
      pieces.push(this.#rest.subarray(0, this.#bytes));
    return pieces;
  }
}
