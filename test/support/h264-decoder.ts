import { AV_CODEC_ID_H264, AV_PIX_FMT_YUV420P, AVERROR_EAGAIN } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Packet } from "node-av/lib";

/** A picture as a decoder sees it, without padding between rows. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
  readonly blueChroma: Uint8Array;
  readonly redChroma: Uint8Array;
  readonly keyframe: boolean;
}

/** libav's own H.264 decoder; one picture must come out for each access unit that goes in. */
export class H264Decoder {
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #frame = new Frame();

  constructor() {
    const codec = Codec.findDecoder(AV_CODEC_ID_H264);
    this.#context.allocContext3(codec);
    // Threads of frames would hold pictures back whatever the stream says.
    this.#context.threadCount = 1;
    FFmpegError.throwIfError(this.#context.open2Sync(codec), "open");
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** @returns undefined when the decoder holds the picture back */
  decode(data: Uint8Array): DecodedPicture | undefined {
    this.#packet.data = Buffer.from(data);
    FFmpegError.throwIfError(this.#context.sendPacketSync(this.#packet), "send");
    this.#packet.unref();
    const result = this.#context.receiveFrameSync(this.#frame);
    if (result === AVERROR_EAGAIN) return undefined;
    FFmpegError.throwIfError(result, "receive");
    const frame = this.#frame;
    if (frame.format !== AV_PIX_FMT_YUV420P) throw new Error(`decoded to format ${frame.format}`);
    const { width, height } = frame;
    const picture = {
      width,
      height,
      luma: plane(frame, 0, width, height),
      blueChroma: plane(frame, 1, width / 2, height / 2),
      redChroma: plane(frame, 2, width / 2, height / 2),
      keyframe: frame.keyFrame === 1,
    };
    frame.unref();
    return picture;
  }

  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }
}

function plane(frame: Frame, index: number, width: number, height: number): Uint8Array {
  const [data, stride] = [frame.data?.[index], frame.linesize[index]];
  if (data === undefined || stride === undefined) throw new Error("a plane is missing");
  const packed = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) packed.set(data.subarray(row * stride, row * stride + width), row * width);
  return packed;
}

/** Likeness of two planes in decibels: over 40 is hard to tell apart, Infinity is equal. */
export function psnr(a: Uint8Array, b: Uint8Array): number {
  let squares = 0;
  for (let at = 0; at < a.length; at += 1) squares += ((a[at] ?? 0) - (b[at] ?? 0)) ** 2;
  return 10 * Math.log10((255 ** 2 * a.length) / squares);
}

/** The luma of an RGBA picture by BT.709 in limited range: what an exact encoder would carry. */
export function lumaOf(pixels: Uint8Array): Uint8Array {
  const luma = new Uint8Array(pixels.length / 4);
  for (let at = 0; at < luma.length; at += 1) {
    const [red, green, blue] = [pixels[at * 4] ?? 0, pixels[at * 4 + 1] ?? 0, pixels[at * 4 + 2] ?? 0];
    luma[at] = Math.round(16 + (219 / 255) * (0.2126 * red + 0.7152 * green + 0.0722 * blue));
  }
  return luma;
}
