import {
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUV420P,
  AVCHROMA_LOC_LEFT,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_RGB,
  AVCOL_TRC_BT709,
  type AVPixelFormat,
} from "node-av/constants";
import { Frame, SoftwareScaleContext } from "node-av/lib";
import type { CodedSize } from "./coded-size.ts";
import type { Picture } from "./encoder.ts";
import { check, present } from "./libav.ts";

const BYTES_PER_PIXEL = 4;

/**
 * Drawn RGBA into the YUV that the encoder takes: BT.709, limited range, 4:2:0, scaled on the way where it takes
 * another size. swscale reads the colour space from
 * the frames only when the context is left uninitialised; initialised by hand it would convert as BT.601.
 */
export class ColourConversion {
  readonly converted: Frame;
  readonly #drawn: Frame;
  readonly #pixels: Uint8Array;
  readonly #rowBytes: number;
  readonly #scaler = new SoftwareScaleContext();

  constructor(drawn: CodedSize, converted: CodedSize, threads: number) {
    this.#drawn = newFrame(drawn, AV_PIX_FMT_RGBA);
    this.#drawn.colorSpace = AVCOL_SPC_RGB;
    this.#drawn.colorRange = AVCOL_RANGE_JPEG;
    this.converted = newFrame(converted, AV_PIX_FMT_YUV420P);
    this.converted.colorSpace = AVCOL_SPC_BT709;
    this.converted.colorRange = AVCOL_RANGE_MPEG;
    this.converted.chromaLocation = AVCHROMA_LOC_LEFT;
    this.#pixels = present(this.#drawn.data?.[0], "the memory of a picture");
    this.#rowBytes = present(this.#drawn.linesize[0], "the row size of a picture");
    this.#scaler.allocContext();
    check(this.#scaler.setOption("threads", threads), "swscale threads");
    check(this.#scaler.setOption("sws_flags", "bilinear"), "swscale flags");
  }

  /** Copies the pixels, then converts them on a worker thread into `converted`. */
  async convert(picture: Picture): Promise<void> {
    this.#copy(picture);
    check(await this.#scaler.scaleFrame(this.converted, this.#drawn), "swscale");
  }

  free(): void {
    this.#scaler.freeContext();
    this.#drawn.free();
    this.converted.free();
  }

  #copy(picture: Picture): void {
    const rowBytes = picture.width * BYTES_PER_PIXEL;
    if (rowBytes === this.#rowBytes) {
      this.#pixels.set(picture.pixels);
      return;
    }
    for (let row = 0; row < picture.height; row += 1) {
      this.#pixels.set(picture.pixels.subarray(row * rowBytes, (row + 1) * rowBytes), row * this.#rowBytes);
    }
  }
}

function newFrame({ width, height }: CodedSize, format: AVPixelFormat): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = format;
  frame.colorPrimaries = AVCOL_PRI_BT709;
  frame.colorTrc = AVCOL_TRC_BT709;
  check(frame.getBuffer(0), "the memory of a picture");
  return frame;
}
