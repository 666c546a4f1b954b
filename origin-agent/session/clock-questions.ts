import type { ToOriginMessage } from "#protocol";
import type { Cancel, Timers } from "../link/index.ts";
import { type ClockOffset, noteClock } from "./clock-offset.ts";

/** After joining, a few questions this far apart; later one now and then while frames flow, so that a still session sleeps. */
const FIRST_QUESTIONS = 5;
const FIRST_INTERVAL_MS = 200;
const FLOWING_INTERVAL_MS = 10_000;
const MICROS_PER_MS = 1_000;

/** Asks the session's clock. */
export class ClockQuestions {
  readonly #timers: Timers;
  readonly #clock: ClockOffset;
  readonly #ask: (sentAt: number) => void;
  #askedAt = Number.NEGATIVE_INFINITY;
  #cancel: Cancel | undefined;

  constructor(timers: Timers, clock: ClockOffset, ask: (sentAt: number) => void) {
    this.#timers = timers;
    this.#clock = clock;
    this.#ask = ask;
  }

  online(): void {
    this.#askRepeatedly(FIRST_QUESTIONS);
  }

  /** A frame is about to be sent. */
  frameFlows(): void {
    if (this.#timers.now() - this.#askedAt >= FLOWING_INTERVAL_MS) this.#askNow();
  }

  answered({ sentAt, at }: Extract<ToOriginMessage, { type: "clock-reply" }>): void {
    noteClock(this.#clock, sentAt, at, this.#timers.now() * MICROS_PER_MS);
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #askRepeatedly(left: number): void {
    this.close();
    this.#askNow();
    if (left > 1) this.#cancel = this.#timers.after(FIRST_INTERVAL_MS, () => this.#askRepeatedly(left - 1));
  }

  #askNow(): void {
    this.#askedAt = this.#timers.now();
    this.#ask(this.#askedAt * MICROS_PER_MS);
  }
}
