import type { Size } from "../system/screen.ts";

interface MediaPacket {
  readonly kind: "config" | "keyframe" | "delta";
  readonly ptsMicros: number;
  readonly data: Uint8Array;
}

/** How a version of the server writes its streams; all numbers have the highest byte first (Streamer.java). */
export interface Framing {
  /** At the very beginning of a video stream. */
  videoHeader(size: Size): Buffer;
  /** Before the first packet of every size of picture, where there is such a thing. */
  session(size: Size, clientResized: boolean): Buffer | undefined;
  packet(packet: MediaPacket): Buffer;
}

const CODEC = { h264: 0x6832_3634, opus: 0x6f70_7573 } as const;
const HEADER_BYTES = 12;

/** 3.x: flags in the two highest bits, and the size once, in the header. */
const FRAMING_3: Framing = {
  videoHeader: (size) => words(CODEC.h264, size.width, size.height),
  session: () => undefined,
  packet: (packet) => mediaPacket(packet, { config: 1n << 63n, keyframe: 1n << 62n }),
};

/** 4.x: the highest bit tells a session packet, and flags are one bit lower. */
const FRAMING_4: Framing = {
  videoHeader: () => words(CODEC.h264),
  session: (size, clientResized) => words((0x8000_0000 | (clientResized ? 1 : 0)) >>> 0, size.width, size.height),
  packet: (packet) => mediaPacket(packet, { config: 1n << 62n, keyframe: 1n << 61n }),
};

export function framingOf(majorVersion: number): Framing {
  return majorVersion < 4 ? FRAMING_3 : FRAMING_4;
}

export function audioHeader(): Buffer {
  return words(CODEC.opus);
}

/** In the place of a codec: 0 where a stream cannot be had, 1 where it failed. */
export function disabledHeader(failed: boolean): Buffer {
  return words(failed ? 1 : 0);
}

/** The first 12 bytes of a packet of any size. */
export function packetHeader(bits: bigint, bytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeBigUInt64BE(bits, 0);
  header.writeUInt32BE(bytes >>> 0, 8);
  return header;
}

function mediaPacket({ kind, ptsMicros, data }: MediaPacket, flags: { config: bigint; keyframe: bigint }): Buffer {
  const pts = BigInt(ptsMicros);
  const bits = kind === "config" ? flags.config : kind === "keyframe" ? flags.keyframe | pts : pts;
  return Buffer.concat([packetHeader(bits, data.length), data]);
}

function words(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) buffer.writeUInt32BE(value, 4 * at);
  return buffer;
}
