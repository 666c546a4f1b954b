import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";

export interface PipeEvents {
  /** Somebody reads now. */
  opened(): void;
  /** Nobody reads any more; the next who does is `opened` again. */
  closed(): void;
  /** It cannot be used, for the host's operator; said once until it can be. */
  unusable(words: string): void;
}

/** POSIX's PIPE_BUF on Linux: so much is taken whole or not at all. */
const ATOMIC_BYTES = 4096;
const LOOK_FOR_READER_MS = 250;
const FIRST_RETRY_MS = 2;
const MAX_RETRY_MS = 20;

interface Open {
  readonly fd: number;
  /** What is written in one piece: the driver of a device takes whole pictures. */
  readonly pieceBytes: number;
}

/**
 * The writing end of a FIFO, or of a character device as v4l2loopback has. Writing never waits: what a slow reader does not take stays
 * here, up to a bound, past which the oldest is lost. What was begun is ended, so that pictures keep their borders.
 */
export class Pipe {
  readonly #path: string;
  readonly #mostWaiting: number;
  readonly #events: PipeEvents;
  #open: Open | undefined;
  #waiting: Uint8Array[] = [];
  /** What of the first is not written yet. */
  #begun: Uint8Array | undefined;
  #retryMs = FIRST_RETRY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #said = false;
  #closed = false;

  constructor(path: string, mostWaiting: number, events: PipeEvents) {
    this.#path = path;
    this.#mostWaiting = mostWaiting;
    this.#events = events;
    this.#timer = setTimeout(() => this.#look(), 0);
  }

  /** Everything was taken by the reader, or there is none. */
  get isIdle(): boolean {
    return this.#begun === undefined && this.#waiting.length === 0;
  }

  /** Lost when nobody reads. The bytes may be changed no more. */
  write(data: Uint8Array): void {
    if (this.#open === undefined) return;
    this.#waiting.push(data);
    if (this.#waiting.length > this.#mostWaiting) this.#waiting.shift();
    if (this.#begun === undefined) this.#flush(this.#open);
  }

  /** What waits is not for whoever reads next. What was begun is ended. */
  forget(): void {
    this.#waiting = [];
  }

  close(): void {
    this.#closed = true;
    this.#leave();
  }

  #look(): void {
    try {
      this.#open = openPipe(this.#path);
    } catch (error) {
      this.#timer = setTimeout(() => this.#look(), LOOK_FOR_READER_MS);
      if (codeOf(error) === "ENXIO" || this.#said) return;
      this.#said = true;
      return this.#events.unusable(`${this.#path} cannot be written to: ${wordsOf(error)}`);
    }
    this.#said = false;
    this.#events.opened();
  }

  #flush(open: Open): void {
    this.#begun ??= this.#waiting.shift();
    while (this.#begun !== undefined) {
      try {
        const taken = writeSync(open.fd, this.#begun, 0, Math.min(open.pieceBytes, this.#begun.length));
        this.#begun = taken < this.#begun.length ? this.#begun.subarray(taken) : this.#waiting.shift();
        this.#retryMs = FIRST_RETRY_MS;
      } catch (error) {
        return codeOf(error) === "EAGAIN" ? this.#retry(open) : this.#ended();
      }
    }
  }

  /** There is no word from the system when there is room again: looked for, more and more seldom. */
  #retry(open: Open): void {
    this.#timer = setTimeout(() => this.#flush(open), this.#retryMs);
    this.#retryMs = Math.min(MAX_RETRY_MS, this.#retryMs * 1.5);
  }

  /** The reader has gone, and what was begun with it. */
  #ended(): void {
    this.#leave();
    this.#timer = setTimeout(() => this.#look(), LOOK_FOR_READER_MS);
    if (!this.#closed) this.#events.closed();
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#begun = undefined;
    if (this.#open !== undefined) closeSync(this.#open.fd);
    this.#open = undefined;
  }
}

/** @throws Error with the code ENXIO when nobody reads, and another one when it cannot be written to */
function openPipe(path: string): Open {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const stat = fstatSync(fd);
  if (stat.isFIFO()) return { fd, pieceBytes: ATOMIC_BYTES };
  if (stat.isCharacterDevice()) return { fd, pieceBytes: Number.POSITIVE_INFINITY };
  closeSync(fd);
  throw new Error("it is neither a FIFO nor a character device");
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : "no reason given";
}
