import type { AVColorRange, AVColorSpace, AVPixelFormat } from "node-av/constants";
import { Frame, SoftwareScaleContext } from "node-av/lib";
import type { CodedSize } from "./coded-size.ts";
import { check } from "./libav.ts";

/** What a decoded picture is to become. */
interface Scaled extends CodedSize {
  readonly format: AVPixelFormat;
  readonly colorSpace: AVColorSpace;
  readonly colorRange: AVColorRange;
}

interface Target {
  readonly of: CodedSize;
  readonly frame: Frame;
  readonly scaler: SoftwareScaleContext;
}

/** Decoded pictures into another size or format, on a worker thread. One target is kept, for pictures of one size. */
export class Scaling {
  readonly #targetFor: (source: Frame) => Scaled;
  #target: Target | undefined;

  constructor(targetFor: (source: Frame) => Scaled) {
    this.#targetFor = targetFor;
  }

  /** The frame is valid until the next call. @throws Error when it cannot be converted */
  async scale(source: Frame): Promise<Frame> {
    const { frame, scaler } = this.#targetOf(source);
    check(await scaler.scaleFrame(frame, source), "swscale");
    return frame;
  }

  free(): void {
    this.#target?.scaler.freeContext();
    this.#target?.frame.free();
    this.#target = undefined;
  }

  #targetOf(source: Frame): Target {
    const before = this.#target;
    if (before?.of.width === source.width && before.of.height === source.height) return before;
    this.free();
    const frame = newFrame(this.#targetFor(source));
    const scaler = new SoftwareScaleContext();
    scaler.allocContext();
    check(scaler.setOption("sws_flags", "bilinear"), "swscale flags");
    this.#target = { of: { width: source.width, height: source.height }, frame, scaler };
    return this.#target;
  }
}

function newFrame({ width, height, format, colorSpace, colorRange }: Scaled): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = format;
  frame.colorSpace = colorSpace;
  frame.colorRange = colorRange;
  check(frame.getBuffer(0), "the memory of a picture");
  return frame;
}
