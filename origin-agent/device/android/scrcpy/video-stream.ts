import { FRAME_HEADER_BYTES, MAX_PICTURE_SIDE } from "#protocol";
import { DeviceFault } from "../device-fault.ts";
import { beginsWithSps, oneInOneOut, type SpsCodec } from "../sps/one-in-one-out.ts";
import { CODEC_IDS, type CodedSize, type Framing, type PacketHeader, type VideoStart } from "./framing.ts";
import type { MediaHeader, MediaListener } from "./media-reader.ts";

/** A picture as it left the device. */
export interface EncodedUnit {
  readonly keyframe: boolean;
  readonly config: boolean;
  readonly ptsMicros: number;
  readonly data: Uint8Array;
  /** `data` stands behind `FRAME_HEADER_BYTES` of room in a buffer of its own. */
  readonly headroom: boolean;
}

export interface VideoListener {
  /** The stream has begun. */
  begun(codec: SpsCodec): void;
  /** The pictures that follow are of this size. Said again only when it changes. */
  size(size: CodedSize): void;
  unit(unit: EncodedUnit): void;
}

/** The video of a scrcpy server: configuration is mended for decoding at once, and goes before each keyframe. */
export class VideoStream implements MediaListener {
  readonly startBytes: number;
  readonly #framing: Framing;
  readonly #listener: VideoListener;
  #codec: SpsCodec = "h264";
  #config: Uint8Array | undefined;
  /** What the device says, where it does. */
  #claimed: CodedSize | undefined;
  #size: CodedSize | undefined;

  constructor(framing: Framing, listener: VideoListener) {
    this.#framing = framing;
    this.#listener = listener;
    this.startBytes = framing.videoStartBytes;
  }

  start(bytes: DataView): void {
    const start = this.#framing.readVideoStart(bytes);
    this.#codec = codecOf(start);
    // It may be wrong: an encoder that refuses this size gets a smaller one, and the start is not said again.
    if (start.size !== undefined) checkSize(start.size);
    this.#listener.begun(this.#codec);
  }

  header(bytes: DataView): PacketHeader {
    return this.#framing.readPacketHeader(bytes);
  }

  session(size: CodedSize): void {
    checkSize(size);
    this.#claimed = size;
  }

  roomBefore(header: MediaHeader): number {
    if (header.config) return 0;
    return FRAME_HEADER_BYTES + (header.keyframe ? (this.#config?.length ?? 0) : 0);
  }

  packet(header: MediaHeader, buffer: ArrayBuffer): void {
    if (header.config) {
      this.#config = this.#configuration(new Uint8Array(buffer));
      return;
    }
    // Nothing can be decoded without it.
    if (this.#config === undefined) return;
    const data = new Uint8Array(buffer, FRAME_HEADER_BYTES);
    const { keyframe, ptsMicros } = header;
    if (!keyframe) return this.#listener.unit({ keyframe, config: false, ptsMicros, data, headroom: true });
    const picture = data.subarray(this.#config.length);
    if (beginsWithSps(this.#codec, picture)) {
      const own = this.#configuration(picture);
      return this.#listener.unit({ keyframe, config: true, ptsMicros, data: own, headroom: false });
    }
    data.set(this.#config);
    this.#listener.unit({ keyframe, config: true, ptsMicros, data, headroom: true });
  }

  #configuration(given: Uint8Array): Uint8Array {
    const { data, size } = oneInOneOut(this.#codec, given);
    if (size === undefined) throw new DeviceFault("the device's decoder configuration cannot be read");
    checkSize(size);
    if (this.#claimed !== undefined && !sameSize(size, this.#claimed)) {
      throw new DeviceFault("the device encodes another size than it says");
    }
    if (this.#size === undefined || !sameSize(size, this.#size)) {
      this.#size = size;
      this.#listener.size(size);
    }
    return data;
  }
}

function codecOf({ codec }: VideoStart): SpsCodec {
  if (codec === CODEC_IDS.h264) return "h264";
  if (codec === CODEC_IDS.hevc) return "hevc";
  throw new DeviceFault("the device encodes in a codec that was not asked for");
}

function checkSize({ width, height }: CodedSize): void {
  const fits = (side: number) => side >= 1 && side <= MAX_PICTURE_SIDE;
  if (!fits(width) || !fits(height)) throw new DeviceFault(`the device claims a picture of ${width}x${height}`);
}

function sameSize(a: CodedSize, b: CodedSize): boolean {
  return a.width === b.width && a.height === b.height;
}
