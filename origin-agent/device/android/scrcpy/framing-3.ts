import { type Framing, readMediaHeader } from "./framing.ts";

/** scrcpy 2.1 to 3.3.4 (doc/develop.md of those versions): the size stands once at the start, and changes are seen in the SPS. */
export const framing3: Framing = {
  videoStartBytes: 12,
  readVideoStart: (bytes) => ({
    codec: bytes.getUint32(0),
    size: { width: bytes.getUint32(4), height: bytes.getUint32(8) },
  }),
  readPacketHeader: (bytes) => readMediaHeader(bytes, 31),
};
