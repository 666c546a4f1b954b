/**
 * One message of ADB's transport: six words of four bytes, the lowest first, and then the payload. The words are
 * command, two arguments, length, the sum of the payload's bytes and the command with every bit turned over.
 */
export interface AdbPacket {
  readonly command: number;
  readonly first: number;
  readonly second: number;
  readonly data: Uint8Array;
}

export const COMMAND = {
  connect: word("CNXN"),
  auth: word("AUTH"),
  open: word("OPEN"),
  okay: word("OKAY"),
  write: word("WRTE"),
  close: word("CLSE"),
} as const;

export const HEADER_BYTES = 24;
const NOTHING = new Uint8Array();

/** Four letters as the number that has them in this order in memory. */
function word(letters: string): number {
  return Buffer.from(letters, "ascii").readUInt32LE(0);
}

export function writePacket(command: number, first: number, second: number, data: Uint8Array = NOTHING): Buffer {
  const packet = Buffer.allocUnsafe(HEADER_BYTES + data.length);
  packet.writeUInt32LE(command, 0);
  packet.writeUInt32LE(first >>> 0, 4);
  packet.writeUInt32LE(second >>> 0, 8);
  packet.writeUInt32LE(data.length, 12);
  packet.writeUInt32LE(sumOf(data), 16);
  packet.writeUInt32LE((command ^ 0xffff_ffff) >>> 0, 20);
  packet.set(data, HEADER_BYTES);
  return packet;
}

/** Peers of version 0x01000000 check it, later ones leave it unread. */
function sumOf(data: Uint8Array): number {
  let sum = 0;
  for (const byte of data) sum = (sum + byte) >>> 0;
  return sum;
}

/** Packets out of the pieces that a socket yields. */
export class PacketReader {
  readonly #maxData: number;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** Of the packet that is being waited for, header and all. */
  #wanted = HEADER_BYTES;

  constructor(maxData: number) {
    this.#maxData = maxData;
  }

  /** @throws Error when the bytes are no packet, or one longer than was agreed on */
  read(piece: Uint8Array): AdbPacket[] {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    const packets: AdbPacket[] = [];
    while (this.#bytes >= this.#wanted) {
      const whole = Buffer.concat(this.#pieces);
      this.#pieces = [whole];
      const length = lengthOf(whole, this.#maxData);
      this.#wanted = HEADER_BYTES + length;
      if (whole.length < this.#wanted) break;
      packets.push({
        command: whole.readUInt32LE(0),
        first: whole.readUInt32LE(4),
        second: whole.readUInt32LE(8),
        data: whole.subarray(HEADER_BYTES, this.#wanted),
      });
      const rest = whole.subarray(this.#wanted);
      this.#pieces = [rest];
      this.#bytes = rest.length;
      this.#wanted = HEADER_BYTES;
    }
    return packets;
  }
}

function lengthOf(header: Buffer, maxData: number): number {
  const [command, length] = [header.readUInt32LE(0), header.readUInt32LE(12)];
  if (header.readUInt32LE(20) !== (command ^ 0xffff_ffff) >>> 0) throw new Error("what came is no ADB packet");
  if (length > maxData) throw new Error(`an ADB packet of ${length} bytes, where ${maxData} are the most`);
  return length;
}
