/** Lets through at most one value in each interval, always the newest: what comes too early waits for its time. */
export class Pace<Value> {
  readonly #intervalMs: number;
  readonly #pass: (value: Value) => void;
  #passedAt = Number.NEGATIVE_INFINITY;
  #waiting: { readonly value: Value } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(intervalMs: number, pass: (value: Value) => void) {
    this.#intervalMs = intervalMs;
    this.#pass = pass;
  }

  offer(value: Value): void {
    this.#waiting = { value };
    const wait = this.#passedAt + this.#intervalMs - performance.now();
    // Timers are a millisecond or more late: what is nearly due goes.
    if (wait <= 1) this.#passNow();
    else this.#timer ??= setTimeout(() => this.#passNow(), wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
  }

  #passNow(): void {
    const waiting = this.#waiting;
    this.stop();
    if (waiting === undefined) return;
    this.#passedAt = performance.now();
    this.#pass(waiting.value);
  }
}
