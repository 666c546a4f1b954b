/** Time that passes only from one event to the next: minutes in milliseconds, the same in every run. */
export class SimulatedTime {
  /** Milliseconds. */
  now: number;
  readonly #events: { at: number; order: number; happen: () => void }[] = [];
  #order = 0;

  constructor(start: number) {
    this.now = start;
  }

  /** Events of one moment happen in the order they were planned in. */
  at(moment: number, happen: () => void): void {
    const event = { at: Math.max(moment, this.now), order: this.#order++, happen };
    let low = 0;
    let high = this.#events.length;
    // The next event stands last: those of long ago are few, and the end is cheap to take from.
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#events[middle];
      if (other !== undefined && (other.at > event.at || (other.at === event.at && other.order > event.order)))
        low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, event);
  }

  after(milliseconds: number, happen: () => void): void {
    this.at(this.now + milliseconds, happen);
  }

  runUntil(moment: number): void {
    for (let next = this.#events.at(-1); next !== undefined && next.at <= moment; next = this.#events.at(-1)) {
      this.#events.pop();
      this.now = next.at;
      next.happen();
    }
    this.now = moment;
  }
}
