import {
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_RGB,
  AVERROR_EAGAIN,
} from "node-av/constants";
import { Codec, CodecContext, Frame, Packet } from "node-av/lib";
import type { CodedSize } from "./coded-size.ts";
import type { PlanarDecoder, VideoDecoder } from "./encoder.ts";
import { check, NativeTurn, present } from "./libav.ts";
import { centred, fitted } from "./planar-picture.ts";
import { Scaling } from "./scaling.ts";

const CODECS = { h264: AV_CODEC_ID_H264, vp8: AV_CODEC_ID_VP8 } as const;
type CodecName = keyof typeof CODECS;
const BYTES_PER_PIXEL = 4;
/** Whatever a stream says of itself: room for four times what a camera is granted. */
const MAX_PIXELS = 2560 * 1440;

/**
 * H.264 (Annex B) or VP8 by libav into RGBA of the picture's own size, on a worker thread.
 * @throws Error when the codec cannot be opened
 */
export function createVideoDecoder(name: CodecName): VideoDecoder {
  const scaling = new Scaling(({ width, height }) => ({
    width,
    height,
    format: AV_PIX_FMT_RGBA,
    colorSpace: AVCOL_SPC_RGB,
    colorRange: AVCOL_RANGE_JPEG,
  }));
  return openDecoder(name, scaling, (frame) => {
    const { width, height } = frame;
    return { width, height, pixels: packed(frame, width, height) };
  });
}

/**
 * The same into yuv420p of one size, in limited range and the picture's own primaries: whole, in the middle, with black beside it.
 * @param size even sides
 * @throws Error when the codec cannot be opened
 */
export function createPlanarDecoder(name: CodecName, size: CodedSize): PlanarDecoder {
  const scaling = new Scaling((source) => ({
    ...fitted(source, size),
    format: AV_PIX_FMT_YUV420P,
    colorSpace: source.colorSpace,
    colorRange: AVCOL_RANGE_MPEG,
  }));
  return openDecoder(name, scaling, (frame) => centred(frame, size));
}

interface OpenDecoder<Decoded> {
  decode(data: Uint8Array): Promise<Decoded | undefined>;
  close(): void;
}

function openDecoder<Decoded>(
  name: CodecName,
  scaling: Scaling,
  take: (frame: Frame) => Decoded,
): OpenDecoder<Decoded> {
  const codec = present(Codec.findDecoder(CODECS[name]), `the decoder of ${name}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  // Threads of frames would hold pictures back.
  context.threadCount = 1;
  check(context.setOption("max_pixels", String(MAX_PIXELS), AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), "max_pixels");
  check(context.open2Sync(codec), `opening ${name}`);
  const packet = new Packet();
  packet.alloc();
  const decoded = new Frame();
  decoded.alloc();
  const turn = new NativeTurn(() => {
    context.freeContext();
    packet.free();
    decoded.free();
    scaling.free();
  });

  async function decode(data: Uint8Array): Promise<Decoded | undefined> {
    packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const sent = await context.sendPacket(packet);
    packet.unref();
    check(sent, `${name} decode`);
    const result = await context.receiveFrame(decoded);
    if (result === AVERROR_EAGAIN) return undefined;
    check(result, `${name} picture`);
    try {
      return take(await scaling.scale(decoded));
    } finally {
      decoded.unref();
    }
  }

  return { decode: (data) => turn.take(() => decode(data)), close: () => turn.close() };
}

/** Without the padding between rows; belongs to the receiver. */
function packed(frame: Frame, width: number, height: number): Uint8Array<ArrayBuffer> {
  const rows = present(frame.data?.[0], "the memory of a picture");
  const stride = present(frame.linesize[0], "the row size of a picture");
  const rowBytes = width * BYTES_PER_PIXEL;
  const pixels = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row += 1)
    pixels.set(rows.subarray(row * stride, row * stride + rowBytes), row * rowBytes);
  return pixels;
}
