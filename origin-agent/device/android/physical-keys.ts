import { uhidCreateMessage, uhidInputMessage } from "./scrcpy/control-message.ts";
import { HID_KEYBOARD_DESCRIPTOR, hidReport, usageOf } from "./scrcpy/hid-keyboard.ts";

/** scrcpy's own clients give a keyboard this one. */
const KEYBOARD_ID = 1;
const NAME = "Nearglass keyboard";

/** What is to be said: `plugs` when it comes with that, and hears nothing until Android has opened it. */
export interface Plugged {
  readonly plugs: Uint8Array | undefined;
  readonly report: Uint8Array;
}

/** A keyboard that is plugged into a device once a person uses one. */
export class PhysicalKeys {
  readonly #down = new Set<number>();
  #plugged = false;

  /** @returns undefined for a key that it does not have */
  key(keycode: number, down: boolean): Plugged | undefined {
    const usage = usageOf(keycode);
    if (usage === undefined) return undefined;
    if (down) this.#down.add(usage);
    else this.#down.delete(usage);
    const plugs = this.#plugged ? undefined : uhidCreateMessage(KEYBOARD_ID, NAME, HID_KEYBOARD_DESCRIPTOR);
    this.#plugged = true;
    return { plugs, report: this.#report() };
  }

  /** @returns what lifts all keys; undefined when none is down */
  lift(): Uint8Array | undefined {
    if (this.#down.size === 0) return undefined;
    this.#down.clear();
    return this.#report();
  }

  /** The server is gone, and the keyboard with it. */
  unplugged(): void {
    this.#down.clear();
    this.#plugged = false;
  }

  #report(): Uint8Array {
    return uhidInputMessage(KEYBOARD_ID, hidReport(this.#down));
  }
}
