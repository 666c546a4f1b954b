import { hasPicture, type RelayState, rememberRelay } from "../relay/index.ts";
import type { SessionStore } from "./store.ts";

/** A screen that has been still for so long is at rest. */
const REST_MS = 3_000;

type Screen = Pick<RelayState, "cache" | "cursors">;

export function isAtRest({ cursors }: Pick<Screen, "cursors">, at: number): boolean {
  return at >= restsAt(cursors);
}

/** Keeps the picture of a screen at rest, for whoever comes after a sleep: nothing is written while pictures move. */
export class PictureAtRest {
  readonly #store: SessionStore;
  /** Up to where the picture cache is stored; undefined when nothing is. */
  #savedSequence: number | undefined;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  /** The relay was given back what is kept. */
  restored({ cache }: Screen): void {
    this.#savedSequence = cache.lastSequence;
  }

  /** When the picture is to be kept, Unix milliseconds; undefined when it is kept, or there is none. */
  dueAt({ cache, cursors }: Screen): number | undefined {
    return sequenceOf(cache) === this.#savedSequence ? undefined : restsAt(cursors);
  }

  due(state: RelayState, at: number): void {
    const due = this.dueAt(state);
    if (due === undefined || at < due) return;
    this.#store.savePicture(hasPicture(state.cache) ? state.cache.frames : []);
    this.#store.remember(rememberRelay(state));
    this.#savedSequence = sequenceOf(state.cache);
  }
}

function sequenceOf(cache: Screen["cache"]): number | undefined {
  return hasPicture(cache) ? cache.lastSequence : undefined;
}

function restsAt({ videoAt }: Screen["cursors"]): number {
  return (videoAt ?? 0) + REST_MS;
}
