/** Listeners by the name of an event, each name with the type of what it tells. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(value: never) => void>>();

  /** Call `listener` at every such event. Returns what ends that. */
  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    // Safe: under a name only listeners that take its type are kept.
    for (const listener of this.#listeners.get(name) ?? []) (listener as (value: Events[Name]) => void)(value);
  }
}
