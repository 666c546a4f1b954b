import type { HardwareKind, HardwareWant } from "#protocol";
import type { HardwareWishes } from "../../hardware.ts";

/** Who wants it, as the person is asked, and what of it. */
export interface Wanted {
  readonly purpose: string;
  readonly want: HardwareWant;
}

/** An app that asks anew in another way is gone from the list for a moment. */
const LOOKS_BEFORE_DONE = 2;

/** Turns what is seen of a device, look by look, into wishes: one ask for as long as the same is wanted. */
export class Wish {
  readonly #wishes: HardwareWishes;
  readonly #kind: HardwareKind;
  #asked: string | undefined;
  #missed = 0;

  constructor(wishes: HardwareWishes, kind: HardwareKind) {
    this.#wishes = wishes;
    this.#kind = kind;
  }

  looked(wanted: Wanted | undefined): void {
    if (wanted === undefined) {
      this.#missed += 1;
      if (this.#missed >= LOOKS_BEFORE_DONE) this.done();
      return;
    }
    this.#missed = 0;
    const asked = JSON.stringify(wanted);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#wishes.ask(wanted.purpose, wanted.want);
  }

  done(): void {
    if (this.#asked === undefined) return;
    this.#asked = undefined;
    this.#wishes.done(this.#kind);
  }
}
