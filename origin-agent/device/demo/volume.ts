const STEPS = 10;
const SHOWN_MS = 1_500;
/** Often enough for the bar to go in time. */
const WHILE_SHOWN_FPS = 2;

/** How loud the phone is, and for how long that is shown after a change. Times are milliseconds of Unix time. */
export class Volume {
  readonly #changed: (gain: number) => void;
  #step = STEPS;
  #shownUntil: number | undefined;

  /** @param changed told after every press, 0 to 1 */
  constructor(changed: (gain: number) => void) {
    this.#changed = changed;
  }

  /** Pictures per second that it asks for. */
  get frameRate(): number {
    return this.#shownUntil === undefined ? 0 : WHILE_SHOWN_FPS;
  }

  louder(at: number): void {
    this.#to(this.#step + 1, at);
  }

  quieter(at: number): void {
    this.#to(this.#step - 1, at);
  }

  /** What is to be shown, 0 to 1; undefined when it is not. */
  shownAt(at: number): number | undefined {
    if (this.#shownUntil !== undefined && at >= this.#shownUntil) this.#shownUntil = undefined;
    return this.#shownUntil === undefined ? undefined : this.#step / STEPS;
  }

  #to(step: number, at: number): void {
    this.#step = Math.max(0, Math.min(STEPS, step));
    this.#shownUntil = at + SHOWN_MS;
    // Half as loud to the ear is a tenth of the power: steps that are squared sound alike.
    this.#changed((this.#step / STEPS) ** 2);
  }
}
