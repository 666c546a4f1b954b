import { ProtocolFault } from "./error.ts";
import { FRAME_HEADER_BYTES, MAX_AUDIO_FRAME_BYTES, MAX_VIDEO_FRAME_BYTES } from "./limits.ts";
import { PROTOCOL_VERSION } from "./version.ts";

/** What a frame carries. Camera and microphone travel from the viewer to the device, the others the other way. */
export type FrameKind = "video" | "audio" | "camera" | "microphone";

/** Everything the relay needs to know of a frame; the payload may be encrypted end to end. */
export interface FrameHeader {
  readonly kind: FrameKind;
  /** Decoding can start here. */
  readonly keyframe: boolean;
  /** The payload begins with decoder configuration (for H.264: SPS and PPS). */
  readonly config: boolean;
  /** The picture geometry it belongs to, modulo 2^16. */
  readonly epoch: number;
  /** Counts the frames of one kind that were sent, modulo 2^32. */
  readonly sequence: number;
  /** When the picture was taken: microseconds of Unix time on the session's clock (F-5). */
  readonly capturedAtMicros: number;
}

const KIND_CODES = { video: 1, audio: 2, camera: 3, microphone: 4 } as const satisfies Record<FrameKind, number>;
const KINDS: readonly (FrameKind | undefined)[] = [undefined, "video", "audio", "camera", "microphone"];

const FLAG_KEYFRAME = 0b01;
const FLAG_CONFIG = 0b10;
const KNOWN_FLAGS = FLAG_KEYFRAME | FLAG_CONFIG;
const TWO_TO_32 = 2 ** 32;

/** The largest whole message of a kind, header included, in bytes. */
export function maxFrameBytes(kind: FrameKind): number {
  return kind === "video" || kind === "camera" ? MAX_VIDEO_FRAME_BYTES : MAX_AUDIO_FRAME_BYTES;
}

/** Whether a binary message claims to be a frame; the other kinds of the first byte are input. */
export function isFrame(message: ArrayBuffer): boolean {
  return message.byteLength > 0 && KINDS[new DataView(message).getUint8(0) & 0x0f] !== undefined;
}

/**
 * Read the 16-byte header (layout: docs/protocol.md, F-1) and check the length of the whole message.
 * @throws ProtocolFault truncated, oversized, unsupported-version, unknown-kind, bad-flags or bad-value
 */
export function readFrameHeader(message: ArrayBuffer): FrameHeader {
  if (message.byteLength <= FRAME_HEADER_BYTES) {
    throw new ProtocolFault("truncated", "a frame is longer than its 16-byte header");
  }
  // Before anything is read of it: what is too long is that, whatever it begins with.
  if (message.byteLength > MAX_VIDEO_FRAME_BYTES) throw new ProtocolFault("oversized", "a frame is at most 1 MiB");
  const view = new DataView(message);
  const first = view.getUint8(0);
  if (first >> 4 !== PROTOCOL_VERSION) throw new ProtocolFault("unsupported-version", "frame of another wire version");
  const kind = KINDS[first & 0x0f];
  if (kind === undefined) throw new ProtocolFault("unknown-kind", "frame of an unknown kind");
  if (message.byteLength > maxFrameBytes(kind)) throw new ProtocolFault("oversized", `${kind} frame over its limit`);
  const flags = view.getUint8(1);
  if ((flags & ~KNOWN_FLAGS) !== 0) throw new ProtocolFault("bad-flags", "reserved frame flags must be 0");
  const high = view.getUint32(8);
  if (high >= 2 ** 21) throw new ProtocolFault("bad-value", "capture time is over 2^53 microseconds");
  return {
    kind,
    keyframe: (flags & FLAG_KEYFRAME) !== 0,
    config: (flags & FLAG_CONFIG) !== 0,
    epoch: view.getUint16(2),
    sequence: view.getUint32(4),
    capturedAtMicros: high * TWO_TO_32 + view.getUint32(12),
  };
}

/** The encoded media behind the header: a view, not a copy. */
export function framePayload(message: ArrayBuffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(message, FRAME_HEADER_BYTES);
}

/**
 * One message out of a header and a payload; the only copy that the sender makes. Epoch and sequence are taken
 * modulo their fields, a capture time in whole microseconds.
 * @throws RangeError for a payload that is empty or over the kind's limit, and a capture time outside 0 to 2^53 - 1
 */
export function writeFrame(header: FrameHeader, payload: Uint8Array): ArrayBuffer {
  const message = new ArrayBuffer(FRAME_HEADER_BYTES + payload.byteLength);
  writeFrameHeader(header, message);
  new Uint8Array(message, FRAME_HEADER_BYTES).set(payload);
  return message;
}

/**
 * The header, into a message whose payload is there already.
 * @throws RangeError as `writeFrame` does
 */
export function writeFrameHeader(header: FrameHeader, message: ArrayBuffer): void {
  const bytes = message.byteLength - FRAME_HEADER_BYTES;
  if (bytes <= 0 || message.byteLength > maxFrameBytes(header.kind)) {
    throw new RangeError(`a ${header.kind} payload of ${bytes} bytes cannot be sent`);
  }
  const { capturedAtMicros } = header;
  // Written so that NaN fails too.
  if (!(capturedAtMicros >= 0 && capturedAtMicros <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError("a capture time is 0 to 2^53 - 1 microseconds");
  }
  const view = new DataView(message);
  view.setUint8(0, (PROTOCOL_VERSION << 4) | KIND_CODES[header.kind]);
  view.setUint8(1, (header.keyframe ? FLAG_KEYFRAME : 0) | (header.config ? FLAG_CONFIG : 0));
  view.setUint16(2, header.epoch);
  view.setUint32(4, header.sequence);
  view.setUint32(8, Math.floor(capturedAtMicros / TWO_TO_32));
  view.setUint32(12, capturedAtMicros % TWO_TO_32);
}

/** How far `a` is ahead of `b` in 32-bit serial arithmetic (RFC 1982): negative when behind. */
export function sequenceDistance(a: number, b: number): number {
  return (a - b) | 0;
}
