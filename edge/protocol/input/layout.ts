import type { InputBody, TouchPhase } from "./message.ts";

/** What reading and writing agree on (docs/protocol.md, I-1 to I-10). The low half of an input's first byte is its kind. */
export const KIND_CODES = { touch: 8, key: 9, text: 10, scroll: 11, gamepad: 12 } as const satisfies Record<
  InputBody["kind"],
  number
>;
/** A phase is sent as its place in this list. */
export const PHASES = ["down", "move", "up", "cancel"] as const satisfies readonly TouchPhase[];

export const POINTER_BYTES = 8;
export const KEY_BYTES = 8;
export const SCROLL_BYTES = 8;
export const GAMEPAD_BYTES = 16;
export const MAX_GAMEPADS = 4;
/** Of W3C's standard gamepad. */
export const GAMEPAD_BUTTONS = 17;
/** A stick all the way to the right or down. */
export const AXIS_ONE = 0x7fff;
export const FLAG_DOWN = 0b01;
export const FLAG_REPEAT = 0b10;
export const FLAG_PHYSICAL = 0b100;
/** Positions and pressure are 16-bit fractions. */
export const FRACTION_ONE = 0xffff;
/** Scroll distances are 1/120 of a notch, as on every mouse. */
export const NOTCH_UNITS = 120;
export const MAX_NOTCHES = 256;
