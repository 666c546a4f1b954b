import { ProtocolFault } from "../error.ts";
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
import type { InputMessage, Pointer } from "./message.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parse one input message (layouts: docs/protocol.md, I-1 to I-10).
 * @throws ProtocolFault truncated, oversized, unsupported-version, unknown-kind, bad-flags, bad-value or bad-utf8
 */
export function readInput(message: ArrayBuffer): InputMessage {
  if (message.byteLength < INPUT_HEADER_BYTES) throw new ProtocolFault("truncated", "input shorter than its header");
  // Before anything is read of it: what is too long is that, whatever it begins with.
  if (message.byteLength > INPUT_HEADER_BYTES + MAX_TEXT_BYTES)
    throw new ProtocolFault("oversized", "an input is at most a text of 4096 bytes");
  const view = new DataView(message);
  const first = view.getUint8(0);
  if (first >> 4 !== PROTOCOL_VERSION) throw new ProtocolFault("unsupported-version", "input of another wire version");
  const detail = view.getUint8(1);
  const header = { epoch: view.getUint16(2), sequence: view.getUint32(4), lease: view.getUint32(8) };
  switch (first & 0x0f) {
    case KIND_CODES.touch:
      return { ...header, kind: "touch", pointers: readPointers(view, detail) };
    case KIND_CODES.key:
      expectLength(view, INPUT_HEADER_BYTES + KEY_BYTES);
      if ((detail & ~(FLAG_DOWN | FLAG_REPEAT | FLAG_PHYSICAL)) !== 0)
        throw new ProtocolFault("bad-flags", "reserved key flags must be 0");
      return {
        ...header,
        kind: "key",
        down: (detail & FLAG_DOWN) !== 0,
        repeat: (detail & FLAG_REPEAT) !== 0,
        keycode: view.getUint32(12),
        meta: view.getUint32(16),
        ...((detail & FLAG_PHYSICAL) === 0 ? {} : { physical: true }),
      };
    case KIND_CODES.text:
      expectNoDetail(detail);
      return { ...header, kind: "text", text: readText(message) };
    case KIND_CODES.scroll:
      expectNoDetail(detail);
      expectLength(view, INPUT_HEADER_BYTES + SCROLL_BYTES);
      return {
        ...header,
        kind: "scroll",
        x: view.getUint16(12) / FRACTION_ONE,
        y: view.getUint16(14) / FRACTION_ONE,
        dx: readNotches(view, 16),
        dy: readNotches(view, 18),
      };
    case KIND_CODES.gamepad:
      expectLength(view, INPUT_HEADER_BYTES + GAMEPAD_BYTES);
      return { ...header, kind: "gamepad", ...readGamepad(view, detail) };
    default:
      throw new ProtocolFault("unknown-kind", "input of an unknown kind");
  }
}

function readPointers(view: DataView, count: number): Pointer[] {
  if (count < 1 || count > MAX_POINTERS) throw new ProtocolFault("bad-value", "a touch has 1 to 10 pointers");
  expectLength(view, INPUT_HEADER_BYTES + count * POINTER_BYTES);
  const pointers: Pointer[] = [];
  let seen = 0;
  for (let at = INPUT_HEADER_BYTES; at < view.byteLength; at += POINTER_BYTES) {
    const id = view.getUint8(at);
    const phase = PHASES[view.getUint8(at + 1)];
    if (id >= MAX_POINTERS || phase === undefined) throw new ProtocolFault("bad-value", "unknown pointer or phase");
    if ((seen & (1 << id)) !== 0) throw new ProtocolFault("bad-value", "a pointer appears once in a message");
    seen |= 1 << id;
    pointers.push({
      id,
      phase,
      x: view.getUint16(at + 2) / FRACTION_ONE,
      y: view.getUint16(at + 4) / FRACTION_ONE,
      pressure: view.getUint16(at + 6) / FRACTION_ONE,
    });
  }
  return pointers;
}

function readText(message: ArrayBuffer): string {
  const bytes = new Uint8Array(message, INPUT_HEADER_BYTES);
  if (bytes.byteLength === 0) throw new ProtocolFault("truncated", "a text has at least one byte");
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ProtocolFault("bad-utf8", "a text is UTF-8");
  }
}

function readGamepad(view: DataView, pad: number) {
  const buttons = view.getUint32(12);
  if (pad >= MAX_GAMEPADS || buttons >= 1 << GAMEPAD_BUTTONS)
    throw new ProtocolFault("bad-value", "unknown gamepad or button");
  const axes = [readAxis(view, 16), readAxis(view, 18), readAxis(view, 20), readAxis(view, 22)] as const;
  const triggers = [view.getUint16(24) / FRACTION_ONE, view.getUint16(26) / FRACTION_ONE] as const;
  return { pad, buttons, axes, triggers };
}

function readAxis(view: DataView, at: number): number {
  const units = view.getInt16(at);
  if (units < -AXIS_ONE) throw new ProtocolFault("bad-value", "a stick goes as far left as right");
  // 0 has no sign.
  return units === 0 ? 0 : units / AXIS_ONE;
}

function readNotches(view: DataView, at: number): number {
  const units = view.getInt16(at);
  if (Math.abs(units) > MAX_NOTCHES * NOTCH_UNITS)
    throw new ProtocolFault("bad-value", "a scroll is at most 256 notches");
  return units / NOTCH_UNITS;
}

function expectLength(view: DataView, length: number): void {
  if (view.byteLength < length) throw new ProtocolFault("truncated", "input shorter than its layout");
  if (view.byteLength > length) throw new ProtocolFault("oversized", "input longer than its layout");
}

function expectNoDetail(detail: number): void {
  if (detail !== 0) throw new ProtocolFault("bad-flags", "reserved input flags must be 0");
}
