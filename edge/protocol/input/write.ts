import { unreachable } from "../error.ts";
import { INPUT_HEADER_BYTES, MAX_POINTERS, MAX_TEXT_BYTES } from "../limits.ts";
import { PROTOCOL_VERSION } from "../version.ts";
import {
  AXIS_ONE,
  FLAG_DOWN,
  FLAG_PHYSICAL,
  FLAG_REPEAT,
  FRACTION_ONE,
  GAMEPAD_BUTTONS,
  GAMEPAD_BYTES,
  KEY_BYTES,
  KIND_CODES,
  MAX_GAMEPADS,
  MAX_NOTCHES,
  NOTCH_UNITS,
  PHASES,
  POINTER_BYTES,
  SCROLL_BYTES,
} from "./layout.ts";
import type { InputMessage } from "./message.ts";

/**
 * The bytes of one input message. Positions and pressure are clamped to 0..1, scrolls to 256 notches; epoch and
 * sequence are taken modulo their fields, and half a surrogate pair in a text becomes U+FFFD.
 * @throws RangeError for what no layout can hold and no peer would take: no or over 10 pointers, an id twice or over
 * 9, a position that is not a number, a code over 32 bits, an empty or over-long text
 */
export function writeInput(input: InputMessage): ArrayBuffer {
  switch (input.kind) {
    case "touch": {
      const count = input.pointers.length;
      if (count < 1 || count > MAX_POINTERS) throw new RangeError("a touch has 1 to 10 pointers");
      if (new Set(input.pointers.map((pointer) => pointer.id)).size < count)
        throw new RangeError("a pointer appears once");
      const view = begin(input, count, count * POINTER_BYTES);
      input.pointers.forEach((pointer, index) => {
        const at = INPUT_HEADER_BYTES + index * POINTER_BYTES;
        if (!isWithin(pointer.id, MAX_POINTERS - 1)) throw new RangeError("a pointer's id is 0 to 9");
        view.setUint8(at, pointer.id);
        view.setUint8(at + 1, PHASES.indexOf(pointer.phase));
        view.setUint16(at + 2, fraction(pointer.x));
        view.setUint16(at + 4, fraction(pointer.y));
        view.setUint16(at + 6, fraction(pointer.pressure));
      });
      return view.buffer;
    }
    case "key": {
      const state = (input.down ? FLAG_DOWN : 0) | (input.repeat ? FLAG_REPEAT : 0);
      const view = begin(input, state | (input.physical === true ? FLAG_PHYSICAL : 0), KEY_BYTES);
      view.setUint32(12, uint32(input.keycode));
      view.setUint32(16, uint32(input.meta));
      return view.buffer;
    }
    case "text": {
      const bytes = new TextEncoder().encode(input.text);
      if (bytes.byteLength === 0 || bytes.byteLength > MAX_TEXT_BYTES)
        throw new RangeError("a text has 1 to 4096 bytes");
      const view = begin(input, 0, bytes.byteLength);
      new Uint8Array(view.buffer, INPUT_HEADER_BYTES).set(bytes);
      return view.buffer;
    }
    case "scroll": {
      const view = begin(input, 0, SCROLL_BYTES);
      view.setUint16(12, fraction(input.x));
      view.setUint16(14, fraction(input.y));
      view.setInt16(16, notches(input.dx));
      view.setInt16(18, notches(input.dy));
      return view.buffer;
    }
    case "gamepad": {
      const { pad, buttons, axes, triggers } = input;
      if (!isWithin(pad, MAX_GAMEPADS - 1)) throw new RangeError("a gamepad is 0 to 3");
      if (!isWithin(buttons, 2 ** GAMEPAD_BUTTONS - 1)) throw new RangeError("a gamepad has 17 buttons");
      const view = begin(input, pad, GAMEPAD_BYTES);
      view.setUint32(12, buttons);
      axes.forEach((part, index) => {
        view.setInt16(16 + 2 * index, Math.round(AXIS_ONE * clamp(part, -1, 1)));
      });
      triggers.forEach((part, index) => {
        view.setUint16(24 + 2 * index, fraction(part));
      });
      return view.buffer;
    }
    default:
      return unreachable(input);
  }
}

function begin(input: InputMessage, detail: number, bodyBytes: number): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(INPUT_HEADER_BYTES + bodyBytes));
  view.setUint8(0, (PROTOCOL_VERSION << 4) | KIND_CODES[input.kind]);
  view.setUint8(1, detail);
  view.setUint16(2, input.epoch);
  view.setUint32(4, input.sequence);
  view.setUint32(8, uint32(input.lease));
  return view;
}

function fraction(value: number): number {
  return Math.round(clamp(value, 0, 1) * FRACTION_ONE);
}

function notches(value: number): number {
  return Math.round(clamp(value, -MAX_NOTCHES, MAX_NOTCHES) * NOTCH_UNITS);
}

/** NaN would become 0 on the wire: a touch in the corner that nobody made. */
function clamp(value: number, lowest: number, highest: number): number {
  if (Number.isNaN(value)) throw new RangeError("a place is a number");
  return Math.min(highest, Math.max(lowest, value));
}

function uint32(value: number): number {
  if (!isWithin(value, 0xffff_ffff)) throw new RangeError("a code is a whole number of 32 bits");
  return value;
}

function isWithin(value: number, highest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= highest;
}
