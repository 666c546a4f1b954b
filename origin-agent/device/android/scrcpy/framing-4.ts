import { type Framing, readMediaHeader } from "./framing.ts";

/**
 * scrcpy 4.0 and 4.1 (doc/develop.md, Streamer.java): the first bit tells a session packet, which says the size at the start and after every
 * change, and moves the other flags down by one.
 */
export const framing4: Framing = {
  videoStartBytes: 4,
  readVideoStart: (bytes) => ({ codec: bytes.getUint32(0), size: undefined }),
  readPacketHeader: (bytes) =>
    bytes.getUint8(0) >= 0x80
      ? { kind: "session", size: { width: bytes.getUint32(4), height: bytes.getUint32(8) } }
      : readMediaHeader(bytes, 30),
};
