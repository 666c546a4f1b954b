import type { GamepadState } from "#protocol";
import type { Plugged } from "./physical-keys.ts";
import { uhidCreateMessage, uhidInputMessage } from "./scrcpy/control-message.ts";
import { gamepadReport, HID_GAMEPAD_DESCRIPTOR } from "./scrcpy/hid-gamepad.ts";

/** Behind a keyboard's and a mouse's. */
const FIRST_ID = 3;
const AT_REST: GamepadState = { buttons: 0, axes: [0, 0, 0, 0], triggers: [0, 0] };

/** Gamepads that are plugged into a device once a person uses one. */
export class Gamepads {
  /** By number, whether anything of it is pressed. */
  readonly #pads = new Map<number, boolean>();

  state(pad: number, state: GamepadState): Plugged {
    const { buttons, axes, triggers } = state;
    const plugs = this.#pads.has(pad)
      ? undefined
      : uhidCreateMessage(FIRST_ID + pad, `Nearglass gamepad ${pad + 1}`, HID_GAMEPAD_DESCRIPTOR);
    this.#pads.set(pad, buttons !== 0 || [...axes, ...triggers].some((part) => part !== 0));
    return { plugs, report: reportOf(pad, state) };
  }

  /** What lets everything go that is pressed. */
  lift(): Uint8Array[] {
    const pressed = [...this.#pads].flatMap(([pad, isPressed]) => (isPressed ? [pad] : []));
    for (const pad of pressed) this.#pads.set(pad, false);
    return pressed.map((pad) => reportOf(pad, AT_REST));
  }

  /** The server is gone, and they with it. */
  unplugged(): void {
    this.#pads.clear();
  }
}

function reportOf(pad: number, state: GamepadState): Uint8Array {
  return uhidInputMessage(FIRST_ID + pad, gamepadReport(state));
}
