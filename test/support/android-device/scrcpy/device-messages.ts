/** What the server says to its client over the control socket (DeviceMessageWriter.java). */

const TYPE = { clipboard: 0, clipboardTaken: 1, uhidOutput: 2 } as const;
const MAX_TEXT_BYTES = 256 * 1024 - 5;

export function clipboardMessage(text: string): Buffer {
  const bytes = Buffer.from(text).subarray(0, MAX_TEXT_BYTES);
  const head = Buffer.alloc(5);
  head.writeUInt8(TYPE.clipboard, 0);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

export function clipboardTakenMessage(sequence: bigint): Buffer {
  const message = Buffer.alloc(9);
  message.writeUInt8(TYPE.clipboardTaken, 0);
  message.writeBigUInt64BE(sequence, 1);
  return message;
}

export function uhidOutputMessage(id: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(TYPE.uhidOutput, 0);
  head.writeUInt16BE(id, 1);
  head.writeUInt16BE(data.length, 3);
  return Buffer.concat([head, data]);
}
