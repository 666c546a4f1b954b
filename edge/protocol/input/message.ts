export type TouchPhase = "down" | "move" | "up" | "cancel";

/** One finger (or the mouse with its button held). */
export interface Pointer {
  /** 0 to 9, steady from down to up. */
  readonly id: number;
  readonly phase: TouchPhase;
  /** Position as a fraction of the picture's width and height, 0 to 1. */
  readonly x: number;
  readonly y: number;
  /** 0 to 1. */
  readonly pressure: number;
}

/** Who sent an input, in which order, aimed at which picture. */
export interface InputHeader {
  /** The picture geometry the person saw, modulo 2^16. */
  readonly epoch: number;
  /** Counts the inputs under one lease from 1, modulo 2^32. */
  readonly sequence: number;
  /** The number of the lease it is sent under. */
  readonly lease: number;
}

/** All that a gamepad says of itself, laid out as W3C's standard gamepad. */
export interface GamepadState {
  /** Bit n: button n, 0 to 16. */
  readonly buttons: number;
  /** The sticks: left x and y, right x and y, from -1 to 1; right and down are positive. */
  readonly axes: readonly [leftX: number, leftY: number, rightX: number, rightY: number];
  /** How far both triggers are pressed, 0 to 1. */
  readonly triggers: readonly [left: number, right: number];
}

export type InputBody =
  | { readonly kind: "touch"; readonly pointers: readonly Pointer[] }
  /** `keycode` and `meta` are Android's KeyEvent codes and meta state bits. */
  | {
      readonly kind: "key";
      readonly down: boolean;
      readonly repeat: boolean;
      readonly keycode: number;
      readonly meta: number;
      /** A key of a keyboard by its place, with modifiers as keys of their own: what it writes is the device's to say. */
      readonly physical?: true;
    }
  /** Committed text of any script. */
  | { readonly kind: "text"; readonly text: string }
  | ({ readonly kind: "gamepad" /** 0 to 3. */; readonly pad: number } & GamepadState)
  /** Wheel notches at a place of the picture; positive is right and up, a notch is 1, at most 256 of them. */
  | { readonly kind: "scroll"; readonly x: number; readonly y: number; readonly dx: number; readonly dy: number };

export type InputMessage = InputHeader & InputBody;

/**
 * Whether losing this message loses only smoothness: true for moves alone. Presses, releases, keys, text and
 * scrolls must arrive (docs/protocol.md, I-3).
 */
export function isDroppable(message: InputMessage): boolean {
  return message.kind === "touch" && message.pointers.every((pointer) => pointer.phase === "move");
}
