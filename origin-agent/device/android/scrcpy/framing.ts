/** Pixels of a picture as it is encoded. */
export interface CodedSize {
  readonly width: number;
  readonly height: number;
}

/** What stands before the packets of a video stream. */
export interface VideoStart {
  /** Four characters as a number, such as `h264`. */
  readonly codec: number;
  /** Undefined where a session packet says it. */
  readonly size: CodedSize | undefined;
}

/** The 12 bytes before every packet, of video and of audio. */
export type PacketHeader =
  /** The size of the pictures that follow; nothing comes behind it. */
  | { readonly kind: "session"; readonly size: CodedSize }
  | {
      readonly kind: "media";
      /** Decoder configuration and no picture. */
      readonly config: boolean;
      readonly keyframe: boolean;
      /** Microseconds of the device's own clock; 0 for configuration. */
      readonly ptsMicros: number;
      /** Bytes behind the header, as the device claims. */
      readonly size: number;
    };

/** How one line of scrcpy servers frames its media. The next line is another implementation of this. */
export interface Framing {
  readonly videoStartBytes: number;
  readVideoStart(bytes: DataView): VideoStart;
  readPacketHeader(bytes: DataView): PacketHeader;
}

export const PACKET_HEADER_BYTES = 12;
/** Both lines: a codec id, 0 where the device has no sound to give, 1 where it failed to. */
export const AUDIO_START_BYTES = 4;

/** Codec ids: four characters, big-endian. */
export const CODEC_IDS = { h264: 0x68323634, hevc: 0x68323635, opus: 0x6f707573 } as const;

const TWO_TO_32 = 2 ** 32;

/** 12 bytes of a media header whose flags are the bits from `configBit` down, numbered in the first 32. */
export function readMediaHeader(bytes: DataView, configBit: number): PacketHeader {
  const high = bytes.getUint32(0);
  const keyframeBit = configBit - 1;
  const config = ((high >>> configBit) & 1) === 1;
  return {
    kind: "media",
    config,
    keyframe: !config && ((high >>> keyframeBit) & 1) === 1,
    ptsMicros: config ? 0 : (high % 2 ** keyframeBit) * TWO_TO_32 + bytes.getUint32(4),
    size: bytes.getUint32(8),
  };
}
