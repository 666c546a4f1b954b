import { MAX_CONTROL_CHARS, MAX_DEVICES_CHARS, MAX_VIDEO_FRAME_BYTES, ProtocolFault } from "#protocol";

/** A viewer's socket at a mirror: its seat, and a number that the mirror gave it, unique among its sockets. */
export interface SeatSocketName {
  readonly seat: string;
  readonly connection: number;
}

/** What the home says to a mirror (docs/protocol.md, G-3). */
export type DownRecord =
  /** One frame of the origin, whole, for every seat at the mirror that it is right for. */
  | { readonly kind: "frame"; readonly message: ArrayBuffer }
  /** The geometry of the frames that follow: a `display` message as viewers get it. */
  | { readonly kind: "display"; readonly text: string }
  /** A control message for one seat, as its socket gets it. */
  | ({ readonly kind: "tell"; readonly text: string } & SeatSocketName)
  /** The seat was welcomed, and may have these frames. */
  | ({ readonly kind: "admit"; readonly view: boolean; readonly audio: boolean } & SeatSocketName)
  | ({ readonly kind: "close"; readonly code: number } & SeatSocketName)
  /** Nothing has moved for a while: the mirror is to end the link, and both may sleep. */
  | { readonly kind: "rest" };

/** What a mirror says to the home. */
export type UpRecord =
  | ({ readonly kind: "connected" } & SeatSocketName)
  | ({ readonly kind: "left" } & SeatSocketName)
  /** The very text or bytes of a viewer. */
  | ({ readonly kind: "said"; readonly text: string } & SeatSocketName)
  | ({ readonly kind: "input"; readonly message: ArrayBuffer } & SeatSocketName)
  /** A frame of hardware that a viewer lends, whole. */
  | ({ readonly kind: "lent"; readonly message: ArrayBuffer } & SeatSocketName)
  /** All frames up to this video sequence have arrived; without one only sound came. */
  | { readonly kind: "ack"; readonly video: number | undefined }
  /** A seat at the mirror cannot start without a keyframe. */
  | { readonly kind: "wish-keyframe" }
  /** What the seats at the mirror can take, in bits a second, folded as the home folds its own (W-7). */
  | { readonly kind: "rate"; readonly bitrate: number }
  /** What the seat was sent since this was last said: video frames, their bytes, and how often it stopped. */
  | ({
      readonly kind: "sent";
      readonly frames: number;
      readonly bytes: number;
      readonly stops: number;
    } & SeatSocketName);

export type LinkRecord = DownRecord | UpRecord;

/** Length of the body and the record's kind. */
export const RECORD_HEADER_BYTES = 5;
/** Length of the seat's name, and the connection; the name stands between them. */
const SEAT_BYTES = 5;
const MAX_SEAT_CHARS = 64;
const MAX_SEAT_BYTES = SEAT_BYTES + MAX_SEAT_CHARS;
/** No input of a viewer is longer than its longest text (I-8), by far. */
const MAX_INPUT_RECORD_BYTES = 8 * 1024;
/** UTF-8 has at most 3 bytes for each UTF-16 code unit. */
const UTF8_PER_UNIT = 3;

/** Frames, bytes and stops. */
const SENT_BYTES = 12;

const FLAG_VIEW = 0b01;
const FLAG_AUDIO = 0b10;

interface Layout {
  readonly code: number;
  /** The longest body that is taken. */
  readonly maxBytes: number;
}

const DOWN = {
  frame: { code: 1, maxBytes: MAX_VIDEO_FRAME_BYTES },
  display: { code: 2, maxBytes: 1024 },
  tell: { code: 3, maxBytes: MAX_SEAT_BYTES + MAX_DEVICES_CHARS * UTF8_PER_UNIT },
  admit: { code: 4, maxBytes: MAX_SEAT_BYTES + 1 },
  close: { code: 5, maxBytes: MAX_SEAT_BYTES + 2 },
  rest: { code: 6, maxBytes: 0 },
} as const satisfies Record<DownRecord["kind"], Layout>;

const UP = {
  connected: { code: 16, maxBytes: MAX_SEAT_BYTES },
  left: { code: 17, maxBytes: MAX_SEAT_BYTES },
  said: { code: 18, maxBytes: MAX_SEAT_BYTES + MAX_CONTROL_CHARS * UTF8_PER_UNIT },
  input: { code: 19, maxBytes: MAX_SEAT_BYTES + MAX_INPUT_RECORD_BYTES },
  ack: { code: 20, maxBytes: 4 },
  "wish-keyframe": { code: 21, maxBytes: 0 },
  rate: { code: 22, maxBytes: 4 },
  sent: { code: 23, maxBytes: MAX_SEAT_BYTES + SENT_BYTES },
  lent: { code: 24, maxBytes: MAX_SEAT_BYTES + MAX_VIDEO_FRAME_BYTES },
} as const satisfies Record<UpRecord["kind"], Layout>;

const LAYOUTS = { ...DOWN, ...UP };

const toUtf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** One direction of a link: which records travel in it. */
export interface Direction<Record extends LinkRecord> {
  /** The longest body of this kind of record. @throws ProtocolFault unknown-kind */
  readonly limit: (code: number) => number;
  /** @throws ProtocolFault unknown-kind, truncated, oversized, bad-flags or bad-utf8 */
  readonly read: (code: number, body: ArrayBuffer) => Record;
}

export const down: Direction<DownRecord> = { limit: (code) => limitOf(DOWN, code), read: readDown };
export const up: Direction<UpRecord> = { limit: (code) => limitOf(UP, code), read: readUp };

/**
 * A record as it travels: length of the body (4 bytes), kind (1 byte), body. This is the one copy of a frame that a
 * mirror costs, whatever its number of viewers.
 */
export function writeRecord(record: LinkRecord): Uint8Array {
  switch (record.kind) {
    case "frame":
      return withHeader(record.kind, new Uint8Array(record.message));
    case "display":
      return withHeader(record.kind, toUtf8.encode(record.text));
    case "tell":
    case "said":
      return withSeat(record, toUtf8.encode(record.text));
    case "input":
    case "lent":
      return withSeat(record, new Uint8Array(record.message));
    case "admit":
      return withSeat(record, Uint8Array.of((record.view ? FLAG_VIEW : 0) | (record.audio ? FLAG_AUDIO : 0)));
    case "close":
      return withSeat(record, Uint8Array.of(record.code >> 8, record.code & 0xff));
    case "connected":
    case "left":
      return withSeat(record, new Uint8Array(0));
    case "sent":
      return withSeat(record, writeSent(record));
    case "ack":
      return withHeader(record.kind, record.video === undefined ? new Uint8Array(0) : uint32(record.video));
    case "rate":
      return withHeader(record.kind, uint32(record.bitrate));
    case "rest":
    case "wish-keyframe":
      return withHeader(record.kind, new Uint8Array(0));
  }
}

function withHeader(kind: LinkRecord["kind"], body: Uint8Array): Uint8Array {
  const { code, maxBytes } = LAYOUTS[kind];
  if (body.byteLength > maxBytes) throw new RangeError(`a ${kind} of ${body.byteLength} bytes cannot be sent`);
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + body.byteLength);
  new DataView(bytes.buffer).setUint32(0, body.byteLength);
  bytes[4] = code;
  bytes.set(body, RECORD_HEADER_BYTES);
  return bytes;
}

function withSeat(record: LinkRecord & SeatSocketName, rest: Uint8Array): Uint8Array {
  const seat = toUtf8.encode(record.seat);
  if (seat.byteLength > MAX_SEAT_CHARS) throw new RangeError("the name of a seat is at most 64 bytes");
  const body = new Uint8Array(SEAT_BYTES + seat.byteLength + rest.byteLength);
  body[0] = seat.byteLength;
  body.set(seat, 1);
  new DataView(body.buffer).setUint32(1 + seat.byteLength, record.connection);
  body.set(rest, SEAT_BYTES + seat.byteLength);
  return withHeader(record.kind, body);
}

function writeSent({ frames, bytes, stops }: Extract<UpRecord, { kind: "sent" }>): Uint8Array {
  const view = new DataView(new ArrayBuffer(SENT_BYTES));
  view.setUint32(0, frames);
  view.setUint32(4, bytes);
  view.setUint32(8, stops);
  return new Uint8Array(view.buffer);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function limitOf(layouts: Readonly<Record<string, Layout>>, code: number): number {
  const layout = Object.values(layouts).find((known) => known.code === code);
  if (layout === undefined) throw new ProtocolFault("unknown-kind", "link record of an unknown kind");
  return layout.maxBytes;
}

function readDown(code: number, body: ArrayBuffer): DownRecord {
  switch (code) {
    case DOWN.frame.code:
      return { kind: "frame", message: body };
    case DOWN.display.code:
      return { kind: "display", text: readText(new Uint8Array(body)) };
    case DOWN.tell.code: {
      const { name, rest } = readSeat(body);
      return { kind: "tell", ...name, text: readText(rest) };
    }
    case DOWN.admit.code: {
      const { name, rest } = readSeat(body);
      expectLength(rest, 1);
      const flags = rest[0] ?? 0;
      if ((flags & ~(FLAG_VIEW | FLAG_AUDIO)) !== 0) throw new ProtocolFault("bad-flags", "reserved flags must be 0");
      return { kind: "admit", ...name, view: (flags & FLAG_VIEW) !== 0, audio: (flags & FLAG_AUDIO) !== 0 };
    }
    case DOWN.close.code: {
      const { name, rest } = readSeat(body);
      expectLength(rest, 2);
      return { kind: "close", ...name, code: ((rest[0] ?? 0) << 8) | (rest[1] ?? 0) };
    }
    case DOWN.rest.code:
      return { kind: "rest" };
    default:
      throw new ProtocolFault("unknown-kind", "link record of an unknown kind");
  }
}

function readUp(code: number, body: ArrayBuffer): UpRecord {
  switch (code) {
    case UP.connected.code:
    case UP.left.code: {
      const { name, rest } = readSeat(body);
      expectLength(rest, 0);
      return { kind: code === UP.connected.code ? "connected" : "left", ...name };
    }
    case UP.said.code: {
      const { name, rest } = readSeat(body);
      return { kind: "said", ...name, text: readText(rest) };
    }
    case UP.input.code:
    case UP.lent.code: {
      const { name, rest } = readSeat(body);
      return { kind: code === UP.input.code ? "input" : "lent", ...name, message: rest.slice().buffer };
    }
    case UP.ack.code:
      if (body.byteLength === 0) return { kind: "ack", video: undefined };
      expectLength(new Uint8Array(body), 4);
      return { kind: "ack", video: new DataView(body).getUint32(0) };
    case UP["wish-keyframe"].code:
      return { kind: "wish-keyframe" };
    case UP.rate.code:
      expectLength(new Uint8Array(body), 4);
      return { kind: "rate", bitrate: new DataView(body).getUint32(0) };
    case UP.sent.code: {
      const { name, rest } = readSeat(body);
      expectLength(rest, SENT_BYTES);
      const view = new DataView(rest.buffer, rest.byteOffset);
      return { kind: "sent", ...name, frames: view.getUint32(0), bytes: view.getUint32(4), stops: view.getUint32(8) };
    }
    default:
      throw new ProtocolFault("unknown-kind", "link record of an unknown kind");
  }
}

function readSeat(body: ArrayBuffer): { readonly name: SeatSocketName; readonly rest: Uint8Array<ArrayBuffer> } {
  const bytes = new Uint8Array(body);
  const length = bytes[0] ?? 0;
  if (length === 0 || length > MAX_SEAT_CHARS) throw new ProtocolFault("bad-value", "a seat's name is 1 to 64 bytes");
  if (bytes.byteLength < SEAT_BYTES + length) throw new ProtocolFault("truncated", "link record without its seat");
  const seat = readText(bytes.subarray(1, 1 + length));
  const connection = new DataView(body).getUint32(1 + length);
  return { name: { seat, connection }, rest: bytes.subarray(SEAT_BYTES + length) };
}

function readText(bytes: Uint8Array): string {
  try {
    return fromUtf8.decode(bytes);
  } catch {
    throw new ProtocolFault("bad-utf8", "a text on the link is UTF-8");
  }
}

function expectLength(rest: Uint8Array, length: number): void {
  if (rest.byteLength < length) throw new ProtocolFault("truncated", "link record shorter than its layout");
  if (rest.byteLength > length) throw new ProtocolFault("oversized", "link record longer than its layout");
}
