/** An app of the device that listens to one of its sensors. */
export interface SensorListener {
  readonly app: string;
  /** As an emulator calls it, such as `Goldfish 3-axis Accelerometer`. */
  readonly sensor: string;
}

/** Android's sensor service: who listens to what. */
export class Sensors {
  readonly #listeners = new Set<SensorListener>();

  get listeners(): readonly SensorListener[] {
    return [...this.#listeners];
  }

  /** @returns what ends it */
  listen(listener: SensorListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
