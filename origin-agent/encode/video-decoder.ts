import {
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PIX_FMT_RGBA,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_RGB,
  AVERROR_EAGAIN,
} from "node-av/constants";
import { Codec, CodecContext, Frame, Packet, SoftwareScaleContext } from "node-av/lib";
import type { VideoDecoder } from "./encoder.ts";
import { check, NativeTurn, present } from "./libav.ts";

const CODECS = { h264: AV_CODEC_ID_H264, vp8: AV_CODEC_ID_VP8 } as const;
const BYTES_PER_PIXEL = 4;
/** Whatever a stream says of itself: room for four times what a camera is granted. */
const MAX_PIXELS = 2560 * 1440;

/** Decoded pictures of one size, turned into RGBA. */
interface Target {
  readonly width: number;
  readonly height: number;
  readonly frame: Frame;
  readonly scaler: SoftwareScaleContext;
}

/**
 * H.264 (Annex B) or VP8 by libav, on a worker thread.
 * @throws Error when the codec cannot be opened
 */
export function createVideoDecoder(name: keyof typeof CODECS): VideoDecoder {
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
  let target: Target | undefined;
  const turn = new NativeTurn(() => {
    context.freeContext();
    packet.free();
    decoded.free();
    freeTarget(target);
  });

  function targetOf({ width, height }: Frame): Target {
    if (target?.width === width && target.height === height) return target;
    freeTarget(target);
    target = newTarget(width, height);
    return target;
  }

  async function decode(data: Uint8Array) {
    packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const sent = await context.sendPacket(packet);
    packet.unref();
    check(sent, `${name} decode`);
    const result = await context.receiveFrame(decoded);
    if (result === AVERROR_EAGAIN) return undefined;
    check(result, `${name} picture`);
    const { width, height, frame, scaler } = targetOf(decoded);
    const scaled = await scaler.scaleFrame(frame, decoded);
    decoded.unref();
    check(scaled, "swscale");
    return { width, height, pixels: packed(frame, width, height) };
  }

  return { decode: (data) => turn.take(() => decode(data)), close: () => turn.close() };
}

function newTarget(width: number, height: number): Target {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = AV_PIX_FMT_RGBA;
  frame.colorSpace = AVCOL_SPC_RGB;
  frame.colorRange = AVCOL_RANGE_JPEG;
  check(frame.getBuffer(0), "the memory of a picture");
  const scaler = new SoftwareScaleContext();
  scaler.allocContext();
  return { width, height, frame, scaler };
}

function freeTarget(target: Target | undefined): void {
  target?.scaler.freeContext();
  target?.frame.free();
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
