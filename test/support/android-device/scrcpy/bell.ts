/** Wakes one waiting loop; a ring that nobody waits for is kept. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Until it rings, or this time has passed. */
  async wait(limitMs?: number): Promise<void> {
    if (!this.#rung) await this.#rest(limitMs, true);
    this.#rung = false;
  }

  /** This time, whatever rings; a ring is kept. */
  async sleep(ms: number): Promise<void> {
    await this.#rest(ms, false);
  }

  async #rest(limitMs: number | undefined, wakes: boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs);
      if (!wakes) return;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
