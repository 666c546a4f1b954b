import { AV_LOG_FATAL } from "node-av/constants";
import { FFmpegError, Log } from "node-av/lib";

// The codecs greet on standard error at every opening, and complain of every foreign byte; what is wrong is thrown.
Log.setLevel(AV_LOG_FATAL);

/**
 * The result of a libav call.
 * @throws Error naming the call, when the result is one of libav's negative error codes
 */
export function check(result: number, call: string): number {
  if (result < 0) throw new Error(`${call} failed: ${FFmpegError.strerror(result)}`);
  return result;
}

/** What libav gives as null when it is out of memory. */
export function present<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new Error(`${what} is not available`);
  return value;
}

/**
 * Native memory that one asynchronous call at a time may use. Freeing it while a worker thread reads it would
 * crash the process, so `close` leaves that to the call under way.
 */
export class NativeTurn {
  readonly #free: () => void;
  #busy = false;
  #closed = false;

  constructor(free: () => void) {
    this.#free = free;
  }

  /** @throws Error when closed, or when a call is still under way (a bug of the caller) */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new Error("the encoder is closed");
    if (this.#busy) throw new Error("the encoder takes one input at a time");
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
      if (this.#closed) this.#free();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#busy) this.#free();
  }
}
