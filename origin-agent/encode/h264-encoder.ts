import {
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_PKT_DATA_QUALITY_STATS,
  AVCHROMA_LOC_LEFT,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  FF_ENCODER_LIBX264,
} from "node-av/constants";
import { Codec, CodecContext, Packet, Rational } from "node-av/lib";
import type { CodedSize } from "./coded-size.ts";
import { ColourConversion } from "./colour-conversion.ts";
import type { EncodedPicture, Picture, VideoEncoder } from "./encoder.ts";
import { h264Level } from "./h264-level.ts";
import { rateControl } from "./h264-rate.ts";
import { check, NativeTurn, present } from "./libav.ts";

export interface VideoEncoderOptions {
  /** Pixels of the pictures that come. */
  readonly width: number;
  readonly height: number;
  /** What they are encoded in; without it their own size. Both sides even. */
  readonly coded?: CodedSize;
  /** Bits per second. */
  readonly bitrate: number;
  /** The most pictures per second that will ever come. */
  readonly frameRate: number;
}

/** Slices encoded side by side: two halve the time of a hard picture and cost about 3 % of the bits. */
const THREADS = 2;
/** Of a picture as fine as the constant quality asks for; a moving one that has all the rate it wants is at about 24. */
const SHARP_QUANTISER = 20;
/** libav gives quantisers of every codec in these steps (FF_QP2LAMBDA). */
const QUANTISER_STEP = 118;
/** x264's own word for "no keyframe unless asked". */
const INFINITE_GOP = 2 ** 30;

/**
 * The options of libx264. Constant quality with a leaky bucket on top: a picture costs what it needs until the rate
 * says stop, so text that stands still is sharp and a static screen is nearly free. `zerolatency` means no
 * look-ahead, no B pictures and one picture out for each one in; its SPS says so to decoders.
 */
const X264_OPTIONS = {
  preset: "superfast",
  tune: "zerolatency",
  crf: "21",
  sc_threshold: "0",
  "forced-idr": "1",
} as const;

/**
 * H.264 (High profile, Annex B) by libx264 on worker threads.
 * @throws RangeError for a size that H.264 4:2:0 cannot hold, Error when the codec cannot be opened
 */
export function createVideoEncoder(options: VideoEncoderOptions): VideoEncoder {
  const { width, height, coded = options } = options;
  if (coded.width % 2 !== 0 || coded.height % 2 !== 0)
    throw new RangeError(`a picture of ${coded.width}x${coded.height} has an odd side`);
  const context = openContext(coded, options);
  const colours = new ColourConversion({ width, height }, coded, THREADS);
  const packet = new Packet();
  packet.alloc();
  const turn = new NativeTurn(() => {
    context.freeContext();
    colours.free();
    packet.free();
  });
  let pictures = 0n;
  let target = { bitrate: options.bitrate, frameRate: options.frameRate };

  async function encode(picture: Picture, keyframe: boolean): Promise<EncodedPicture> {
    if (picture.width !== width || picture.height !== height) throw new RangeError("a picture of another size");
    await colours.convert(picture);
    // libx264 compares these fields before every picture and reconfigures itself without a keyframe.
    limitRate(context, target.bitrate, target.frameRate, options.frameRate);
    const frame = colours.converted;
    frame.pts = pictures;
    frame.pictType = keyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    pictures += 1n;
    check(await context.sendFrame(frame), "x264 encode");
    check(await context.receivePacket(packet), "x264 packet");
    const data = new Uint8Array(present(packet.data, "an encoded picture"));
    const encoded = { keyframe: packet.isKeyframe, sharp: quantiserOf(packet) <= SHARP_QUANTISER, data };
    packet.unref();
    return encoded;
  }

  return {
    encode: (picture, { keyframe }) => turn.take(() => encode(picture, keyframe)),
    setTarget: (bitrate, frameRate) => {
      target = { bitrate, frameRate };
    },
    close: () => turn.close(),
  };
}

function openContext({ width, height }: CodedSize, { bitrate, frameRate }: VideoEncoderOptions): CodecContext {
  const codec = present(Codec.findEncoderByName(FF_ENCODER_LIBX264), "the encoder libx264");
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = width;
  context.height = height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.colorRange = AVCOL_RANGE_MPEG;
  context.colorSpace = AVCOL_SPC_BT709;
  context.colorPrimaries = AVCOL_PRI_BT709;
  context.colorTrc = AVCOL_TRC_BT709;
  context.chromaLocation = AVCHROMA_LOC_LEFT;
  context.timeBase = new Rational(1, frameRate);
  context.framerate = new Rational(frameRate, 1);
  context.level = h264Level(width, height, frameRate);
  context.gopSize = INFINITE_GOP;
  context.maxBFrames = 0;
  context.threadCount = THREADS;
  limitRate(context, bitrate, frameRate, frameRate);
  // Set one by one: a Dictionary given to open2 is freed by libav and then again by the binding.
  for (const [name, value] of Object.entries(X264_OPTIONS)) {
    check(context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), `x264 ${name}`);
  }
  check(context.open2Sync(codec), "opening x264");
  return context;
}

/** The average quantiser of a picture: the first word of the statistics that libav attaches to it. */
function quantiserOf(packet: Packet): number {
  const statistics = present(packet.getSideData(AV_PKT_DATA_QUALITY_STATS), "the quality of an encoded picture");
  return statistics.readUInt32LE(0) / QUANTISER_STEP;
}

function limitRate(context: CodecContext, bitrate: number, frameRate: number, nominalFrameRate: number): void {
  const { maxRate, bufferBits } = rateControl(bitrate, frameRate, nominalFrameRate);
  context.rcMaxRate = BigInt(maxRate);
  context.rcBufferSize = bufferBits;
}
