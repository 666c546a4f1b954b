/**
 * What is said to a scrcpy server on its control socket (ControlMessageReader.java of 3.3.4 and 4.1, which agree in these): big-endian,
 * the type first.
 */
const TYPES = {
  key: 0,
  text: 1,
  touch: 2,
  scroll: 3,
  setClipboard: 9,
  rotateDevice: 11,
  uhidCreate: 12,
  uhidInput: 13,
  startApp: 16,
  resetVideo: 17,
} as const;

/** Of Android's MotionEvent and KeyEvent. */
export const ACTIONS = { down: 0, up: 1, move: 2, cancel: 3 } as const;

/** UTF-8 bytes of one text to inject; the server takes no more. */
export const MAX_INJECTED_BYTES = 300;
/** UTF-8 bytes of the name of an app: one byte counts them. */
const MAX_APP_NAME_BYTES = 255;
/** Notches of one scroll in each direction. */
const MAX_SCROLL_NOTCHES = 16;

/** Where on the picture, in whole pixels of a picture of that size: for any other size the server drops the event. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const encoder = new TextEncoder();

export function keyMessage(down: boolean, keycode: number, repeat: number, meta: number): Uint8Array {
  const { bytes, view } = message(TYPES.key, 14);
  view.setUint8(1, down ? ACTIONS.down : ACTIONS.up);
  view.setInt32(2, keycode);
  view.setInt32(6, repeat);
  view.setInt32(10, meta);
  return bytes;
}

export function textMessage(text: string): Uint8Array {
  return withText(TYPES.text, 1, text);
}

/** One finger. `pressure` is 0 to 1. */
export function touchMessage(action: number, pointer: number, place: Place, pressure: number): Uint8Array {
  const { bytes, view } = message(TYPES.touch, 32);
  view.setUint8(1, action);
  view.setBigUint64(2, BigInt(pointer));
  writePlace(view, 10, place);
  // 16 bits of fixed point in which one is 0xffff (Binary.java).
  view.setUint16(22, Math.min(0xffff, Math.floor(pressure * 0x10000)));
  // No button: a finger has none.
  return bytes;
}

/** Wheel notches; positive is right and up. More than 16 at once are 16. */
export function scrollMessage(place: Place, dx: number, dy: number): Uint8Array {
  const { bytes, view } = message(TYPES.scroll, 21);
  writePlace(view, 1, place);
  view.setInt16(13, scrollUnits(dx));
  view.setInt16(15, scrollUnits(dy));
  return bytes;
}

/** The device answers with the sequence once the clipboard holds the text, and has been asked to paste if so wanted. */
export function setClipboardMessage(sequence: bigint, paste: boolean, text: string): Uint8Array {
  const bytes = withText(TYPES.setClipboard, 10, text);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(1, sequence);
  view.setUint8(9, paste ? 1 : 0);
  return bytes;
}

/** @throws RangeError for a name that no app has */
export function startAppMessage(name: string): Uint8Array {
  const encoded = encoder.encode(name);
  if (encoded.length === 0 || encoded.length > MAX_APP_NAME_BYTES) throw new RangeError("no name of an app");
  return Uint8Array.of(TYPES.startApp, encoded.length, ...encoded);
}

/** Plug in a device of this descriptor. It is there a moment later, and gone with the server. */
export function uhidCreateMessage(id: number, name: string, descriptor: Uint8Array): Uint8Array {
  const encoded = encoder.encode(name);
  const { bytes, view } = message(TYPES.uhidCreate, 10 + encoded.length + descriptor.length);
  view.setUint16(1, id);
  // Vendor and product stay 0: it is none that anybody made.
  view.setUint8(7, encoded.length);
  bytes.set(encoded, 8);
  view.setUint16(8 + encoded.length, descriptor.length);
  bytes.set(descriptor, 10 + encoded.length);
  return bytes;
}

export function uhidInputMessage(id: number, report: Uint8Array): Uint8Array {
  const { bytes, view } = message(TYPES.uhidInput, 5 + report.length);
  view.setUint16(1, id);
  view.setUint16(3, report.length);
  bytes.set(report, 5);
  return bytes;
}

/** By a quarter, or back. */
export function rotateMessage(): Uint8Array {
  return Uint8Array.of(TYPES.rotateDevice);
}

/** Starts the encoder anew: configuration and a keyframe follow. */
export function resetVideoMessage(): Uint8Array {
  return Uint8Array.of(TYPES.resetVideo);
}

function message(type: number, length: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(length);
  bytes[0] = type;
  return { bytes, view: new DataView(bytes.buffer) };
}

/** The type, what stands between, the length of the text and the text. */
function withText(type: number, lengthAt: number, text: string): Uint8Array {
  const encoded = encoder.encode(text);
  const { bytes, view } = message(type, lengthAt + 4 + encoded.length);
  view.setUint32(lengthAt, encoded.length);
  bytes.set(encoded, lengthAt + 4);
  return bytes;
}

function writePlace(view: DataView, at: number, { x, y, width, height }: Place): void {
  view.setInt32(at, x);
  view.setInt32(at + 4, y);
  view.setUint16(at + 8, width);
  view.setUint16(at + 10, height);
}

/** 16 bits of fixed point, signed, of a sixteenth of the notches (Binary.java). */
function scrollUnits(notches: number): number {
  const part = Math.max(-1, Math.min(1, notches / MAX_SCROLL_NOTCHES));
  return Math.min(0x7fff, Math.trunc(part * 0x8000));
}
