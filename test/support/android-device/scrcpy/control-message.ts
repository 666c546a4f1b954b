import type { ExactReader } from "../byte-stream.ts";

/** Where something was aimed at: pixels of a picture of this size. */
export interface Position {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a client says to scrcpy's server, after ControlMessageReader.java of versions 3.3.4 and 4.1. */
export type ControlMessage =
  | {
      readonly type: "keycode";
      readonly action: number;
      readonly keycode: number;
      readonly repeat: number;
      readonly meta: number;
    }
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "touch";
      readonly action: number;
      readonly pointerId: bigint;
      readonly position: Position;
      /** From 0 to 1. */
      readonly pressure: number;
      readonly actionButton: number;
      readonly buttons: number;
    }
  | {
      readonly type: "scroll";
      readonly position: Position;
      /** Notches, from -16 to 16. */
      readonly horizontal: number;
      readonly vertical: number;
      readonly buttons: number;
    }
  | { readonly type: "back-or-screen-on"; readonly action: number }
  | { readonly type: "get-clipboard"; readonly copyKey: number }
  | { readonly type: "set-clipboard"; readonly sequence: bigint; readonly paste: boolean; readonly text: string }
  | { readonly type: "display-power"; readonly on: boolean }
  | {
      readonly type: "uhid-create";
      readonly id: number;
      readonly vendor: number;
      readonly product: number;
      readonly name: string;
      readonly descriptor: Uint8Array;
    }
  | { readonly type: "uhid-input"; readonly id: number; readonly data: Uint8Array }
  | { readonly type: "uhid-destroy"; readonly id: number }
  | { readonly type: "start-app"; readonly name: string }
  | { readonly type: "camera-torch"; readonly on: boolean }
  | { readonly type: "resize-display"; readonly width: number; readonly height: number }
  | { readonly type: "scan-file"; readonly path: string }
  | { readonly type: EmptyMessage };

type EmptyMessage =
  | "expand-notifications"
  | "expand-settings"
  | "collapse-panels"
  | "rotate-device"
  | "hard-keyboard-settings"
  | "reset-video"
  | "camera-zoom-in"
  | "camera-zoom-out";

const EMPTY: Readonly<Record<number, EmptyMessage>> = {
  5: "expand-notifications",
  6: "expand-settings",
  7: "collapse-panels",
  11: "rotate-device",
  15: "hard-keyboard-settings",
  17: "reset-video",
  19: "camera-zoom-in",
  20: "camera-zoom-out",
};

/** The types that a version has: 3.x ends with RESET_VIDEO. */
const LAST_TYPE_OF_3 = 17;
const MAX_MESSAGE_BYTES = 256 * 1024;

/** What the server ends over: its client broke the protocol. */
export class ControlProtocolError extends Error {}

/** The next message. @throws ControlProtocolError, BrokenPipe when the client is gone */
export async function readControlMessage(reader: ExactReader, majorVersion: number): Promise<ControlMessage> {
  const type = (await reader.exactly(1)).readUInt8();
  if (majorVersion < 4 && type > LAST_TYPE_OF_3) throw new ControlProtocolError(`Unknown event type: ${type}`);
  const empty = EMPTY[type];
  if (empty !== undefined) return { type: empty };
  switch (type) {
    case 0:
      return keycodeOf(await reader.exactly(13));
    case 1:
      return { type: "text", text: await text(reader, 4) };
    case 2:
      return touchOf(await reader.exactly(31));
    case 3:
      return scrollOf(await reader.exactly(20));
    case 4:
      return { type: "back-or-screen-on", action: (await reader.exactly(1)).readUInt8() };
    case 8:
      return { type: "get-clipboard", copyKey: (await reader.exactly(1)).readUInt8() };
    case 9: {
      const head = await reader.exactly(9);
      const [sequence, paste] = [head.readBigUInt64BE(0), head.readUInt8(8) !== 0];
      return { type: "set-clipboard", sequence, paste, text: await text(reader, 4) };
    }
    case 10:
      return { type: "display-power", on: (await reader.exactly(1)).readUInt8() !== 0 };
    case 12: {
      const head = await reader.exactly(6);
      const [id, vendor, product] = [head.readUInt16BE(0), head.readUInt16BE(2), head.readUInt16BE(4)];
      const name = await text(reader, 1);
      return { type: "uhid-create", id, vendor, product, name, descriptor: await bytes(reader, 2) };
    }
    case 13: {
      const id = (await reader.exactly(2)).readUInt16BE();
      return { type: "uhid-input", id, data: await bytes(reader, 2) };
    }
    case 14:
      return { type: "uhid-destroy", id: (await reader.exactly(2)).readUInt16BE() };
    case 16:
      return { type: "start-app", name: await text(reader, 1) };
    case 18:
      return { type: "camera-torch", on: (await reader.exactly(1)).readUInt8() !== 0 };
    case 21: {
      const size = await reader.exactly(4);
      return { type: "resize-display", width: size.readUInt16BE(0), height: size.readUInt16BE(2) };
    }
    case 22:
      return { type: "scan-file", path: await text(reader, 4) };
    default:
      throw new ControlProtocolError(`Unknown event type: ${type}`);
  }
}

function keycodeOf(data: Buffer): ControlMessage {
  return {
    type: "keycode",
    action: data.readUInt8(0),
    keycode: data.readInt32BE(1),
    repeat: data.readInt32BE(5),
    meta: data.readInt32BE(9),
  };
}

function touchOf(data: Buffer): ControlMessage {
  return {
    type: "touch",
    action: data.readUInt8(0),
    pointerId: data.readBigUInt64BE(1),
    position: positionAt(data, 9),
    pressure: unsignedFraction(data.readUInt16BE(21)),
    actionButton: data.readInt32BE(23),
    buttons: data.readInt32BE(27),
  };
}

function scrollOf(data: Buffer): ControlMessage {
  return {
    type: "scroll",
    position: positionAt(data, 0),
    horizontal: signedFraction(data.readInt16BE(12)) * 16,
    vertical: signedFraction(data.readInt16BE(14)) * 16,
    buttons: data.readInt32BE(16),
  };
}

function positionAt(data: Buffer, at: number): Position {
  return {
    x: data.readInt32BE(at),
    y: data.readInt32BE(at + 4),
    width: data.readUInt16BE(at + 8),
    height: data.readUInt16BE(at + 10),
  };
}

/** The largest value stands for 1 (Binary.java). */
function unsignedFraction(value: number): number {
  return value === 0xffff ? 1 : value / 0x1_0000;
}

function signedFraction(value: number): number {
  return value === 0x7fff ? 1 : value / 0x8000;
}

async function text(reader: ExactReader, lengthBytes: number): Promise<string> {
  return (await bytes(reader, lengthBytes)).toString("utf8");
}

async function bytes(reader: ExactReader, lengthBytes: number): Promise<Buffer> {
  const length = (await reader.exactly(lengthBytes)).readUIntBE(0, lengthBytes);
  if (length > MAX_MESSAGE_BYTES) throw new ControlProtocolError(`a message of ${length} bytes`);
  return await reader.exactly(length);
}
