/** While frames come (docs/protocol.md, Q-1). */
const INTERVAL_MS = 10_000;
/** Then the screen has come to rest, and the edge is about to write down what it knows. */
const STILL_MS = 2_000;

/** When to tell the edge how the session does: never while nothing comes, so that a still session can sleep. */
export class QualityReports {
  readonly #report: () => void;
  #news = false;
  #reportedAt = 0;
  #frameAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(report: () => void) {
    this.#report = report;
  }

  /** A new connection. */
  start(): void {
    this.stop();
    this.#reportedAt = performance.now();
  }

  frameArrived(): void {
    this.#news = true;
    this.#frameAt = performance.now();
    if (this.#frameAt - this.#reportedAt >= INTERVAL_MS) this.now();
    this.#timer ??= setTimeout(() => this.#look(), STILL_MS);
  }

  /** Before leaving: what has not been said yet. */
  now(): void {
    if (!this.#news) return;
    this.#news = false;
    this.#reportedAt = performance.now();
    this.#report();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** One timer, looked at when it rings: setting one per frame would cost more than the frame. */
  #look(): void {
    const quiet = performance.now() - this.#frameAt;
    this.#timer = quiet < STILL_MS ? setTimeout(() => this.#look(), STILL_MS - quiet) : undefined;
    if (this.#timer === undefined) this.now();
  }
}
