import { ProtocolFault } from "./error.ts";
import { INPUT_HEADER_BYTES, MAX_POINTERS, MAX_TEXT_BYTES } from "./limits.ts";
import { PROTOCOL_VERSION } from "./version.ts";

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

export type InputBody =
  | { readonly kind: "touch"; readonly pointers: readonly Pointer[] }
  /** `keycode` and `meta` are Android's KeyEvent codes and meta state bits. */
  | { readonly kind: "key"; readonly down: boolean; readonly repeat: boolean; readonly keycode: number; readonly meta: number }
  /** Committed text of any script. */
  | { readonly kind: "text"; readonly text: string }
  /** Wheel notches at a place of the picture; positive is right and up, a notch is 1, at most 256 of them. */
  | { readonly kind: "scroll"; readonly x: number; readonly y: number; readonly dx: number; readonly dy: number };

export type InputMessage = InputHeader & InputBody;

type InputKind = InputBody["kind"];
const KIND_CODES = { touch: 8, key: 9, text: 10, scroll: 11 } as const satisfies Record<InputKind, number>;

const PHASES = ["down", "move", "up", "cancel"] as const satisfies readonly TouchPhase[];
const POINTER_BYTES = 8;
const KEY_BYTES = 8;
const SCROLL_BYTES = 8;
const FLAG_DOWN = 0b01;
const FLAG_REPEAT = 0b10;
/** Positions and pressure are 16-bit fractions. */
const FRACTION_ONE = 0xffff;
/** Scroll distances are 1/120 of a notch, as on every mouse. */
const NOTCH_UNITS = 120;
const MAX_NOTCHES = 256;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Whether losing this message loses only smoothness: true for moves alone. Presses, releases, keys, text and
 * scrolls must arrive (docs/protocol.md, I-3).
 */
export function isDroppable(message: InputMessage): boolean {
  return message.kind === "touch" && message.pointers.every((pointer) => pointer.phase === "move");
}

/**
 * Parse one input message (layouts: docs/protocol.md, I-1 to I-8).
 * @throws ProtocolFault truncated, oversized, unsupported-version, unknown-kind, bad-flags, bad-value or bad-utf8
 */
export function readInput(message: ArrayBuffer): InputMessage {
  if (message.byteLength < INPUT_HEADER_BYTES) throw new ProtocolFault("truncated", "input shorter than its header");
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
      if ((detail & ~(FLAG_DOWN | FLAG_REPEAT)) !== 0) throw new ProtocolFault("bad-flags", "reserved key flags must be 0");
      return {
        ...header,
        kind: "key",
        down: (detail & FLAG_DOWN) !== 0,
        repeat: (detail & FLAG_REPEAT) !== 0,
        keycode: view.getUint32(12),
        meta: view.getUint32(16),
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
        dx: view.getInt16(16) / NOTCH_UNITS,
        dy: view.getInt16(18) / NOTCH_UNITS,
      };
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
  if (bytes.byteLength > MAX_TEXT_BYTES) throw new ProtocolFault("oversized", "a text has at most 4096 bytes");
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ProtocolFault("bad-utf8", "a text is UTF-8");
  }
}

function expectLength(view: DataView, length: number): void {
  if (view.byteLength < length) throw new ProtocolFault("truncated", "input shorter than its layout");
  if (view.byteLength > length) throw new ProtocolFault("oversized", "input longer than its layout");
}

function expectNoDetail(detail: number): void {
  if (detail !== 0) throw new ProtocolFault("bad-flags", "reserved input flags must be 0");
}

/**
 * The bytes of one input message. Positions and pressure are clamped to 0..1, scrolls to 256 notches.
 * @throws RangeError for a message that no layout can hold: no or over 10 pointers, empty or over-long text
 */
export function writeInput(input: InputMessage): ArrayBuffer {
  switch (input.kind) {
    case "touch": {
      const count = input.pointers.length;
      if (count < 1 || count > MAX_POINTERS) throw new RangeError("a touch has 1 to 10 pointers");
      const view = begin(input, count, count * POINTER_BYTES);
      input.pointers.forEach((pointer, index) => {
        const at = INPUT_HEADER_BYTES + index * POINTER_BYTES;
        view.setUint8(at, pointer.id);
        view.setUint8(at + 1, PHASES.indexOf(pointer.phase));
        view.setUint16(at + 2, fraction(pointer.x));
        view.setUint16(at + 4, fraction(pointer.y));
        view.setUint16(at + 6, fraction(pointer.pressure));
      });
      return view.buffer;
    }
    case "key": {
      const view = begin(input, (input.down ? FLAG_DOWN : 0) | (input.repeat ? FLAG_REPEAT : 0), KEY_BYTES);
      view.setUint32(12, input.keycode);
      view.setUint32(16, input.meta);
      return view.buffer;
    }
    case "text": {
      const bytes = new TextEncoder().encode(input.text);
      if (bytes.byteLength === 0 || bytes.byteLength > MAX_TEXT_BYTES) throw new RangeError("a text has 1 to 4096 bytes");
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
  }
}

function begin(input: InputMessage, detail: number, bodyBytes: number): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(INPUT_HEADER_BYTES + bodyBytes));
  view.setUint8(0, (PROTOCOL_VERSION << 4) | KIND_CODES[input.kind]);
  view.setUint8(1, detail);
  view.setUint16(2, input.epoch);
  view.setUint32(4, input.sequence);
  view.setUint32(8, input.lease);
  return view;
}

function fraction(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * FRACTION_ONE);
}

function notches(value: number): number {
  return Math.round(Math.min(MAX_NOTCHES, Math.max(-MAX_NOTCHES, value)) * NOTCH_UNITS);
}
