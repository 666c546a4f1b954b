import { DeviceFault } from "../device-fault.ts";
import { type CodedSize, PACKET_HEADER_BYTES, type PacketHeader } from "./framing.ts";

export type MediaHeader = Extract<PacketHeader, { kind: "media" }>;

/** How a stream begins and goes on, and where it goes to. */
export interface MediaListener {
  readonly startBytes: number;
  start(bytes: DataView): void;
  header(bytes: DataView): PacketHeader;
  session(size: CodedSize): void;
  /** Bytes to leave free before this packet. */
  roomBefore(header: MediaHeader): number;
  /** The packet stands in `buffer` behind the room that was asked for, up to the end; the buffer is the receiver's. */
  packet(header: MediaHeader, buffer: ArrayBuffer): void;
}

/** More than any encoder makes of one picture; what claims to be longer is no packet. */
const MAX_PACKET_BYTES = 4 * 1024 * 1024;

/**
 * Takes a stream apart as it comes, in whatever pieces. A packet is copied once, into a buffer with room before it, so that what
 * is put there later costs no second copy.
 */
export class MediaReader {
  readonly #listener: MediaListener;
  readonly #head: DataView;
  #started = false;
  /** What is being filled, up to where it is filled. */
  #filling: Uint8Array;
  #filled = 0;
  #packet: MediaHeader | undefined;

  constructor(listener: MediaListener) {
    this.#listener = listener;
    this.#head = new DataView(new ArrayBuffer(Math.max(PACKET_HEADER_BYTES, listener.startBytes)));
    this.#filling = new Uint8Array(this.#head.buffer, 0, listener.startBytes);
  }

  /** @throws DeviceFault when it is no such stream */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      const taken = Math.min(chunk.length - at, this.#filling.length - this.#filled);
      this.#filling.set(chunk.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === this.#filling.length) this.#next();
    }
  }

  #next(): void {
    const { buffer } = this.#filling;
    this.#filled = 0;
    const packet = this.#packet;
    if (packet !== undefined) {
      this.#packet = undefined;
      this.#expectHeader();
      // Safe: made below as a whole ArrayBuffer.
      this.#listener.packet(packet, buffer as ArrayBuffer);
    } else if (this.#started) {
      this.#header(this.#listener.header(this.#head));
    } else {
      this.#started = true;
      this.#expectHeader();
      this.#listener.start(this.#head);
    }
  }

  #header(header: PacketHeader): void {
    this.#expectHeader();
    if (header.kind === "session") return this.#listener.session(header.size);
    const { size, ptsMicros } = header;
    if (size === 0 || size > MAX_PACKET_BYTES) throw new DeviceFault(`the device claims a packet of ${size} bytes`);
    if (ptsMicros > Number.MAX_SAFE_INTEGER) throw new DeviceFault("the device claims a time that no clock shows");
    const room = this.#listener.roomBefore(header);
    this.#packet = header;
    this.#filling = new Uint8Array(new ArrayBuffer(room + size), room);
  }

  #expectHeader(): void {
    this.#filling = new Uint8Array(this.#head.buffer, 0, PACKET_HEADER_BYTES);
  }
}
