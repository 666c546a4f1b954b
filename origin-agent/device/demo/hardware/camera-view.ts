import { type Canvas, createCanvas, ImageData } from "@napi-rs/canvas";
import type { CameraCodec } from "#protocol";
import { createVideoDecoder, type Picture } from "../../../encode/index.ts";
import { Decoding } from "../../decoding.ts";
import type { LentFrame } from "../../hardware.ts";
import type { Canvas2D, Rect } from "../ui/shape.ts";

/** Two seconds of 15 a second: what a network held up comes at once. */
const MAX_WAITING = 30;

/** The newest picture of a lent camera. */
export class CameraView {
  readonly #changed: () => void;
  #decoding: Decoding<DecodedPicture | undefined> | undefined;
  #surface: Canvas | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  open(codec: CameraCodec): void {
    void this.close();
    this.#decoding = new Decoding(createVideoDecoder(codec), MAX_WAITING, (picture) => this.#show(picture));
  }

  frame({ data, keyframe }: LentFrame): void {
    this.#decoding?.take(data, keyframe);
  }

  draw(canvas: Canvas2D, area: Rect): boolean {
    const surface = this.#surface;
    if (surface === undefined) return false;
    const scale = Math.min(area.width / surface.width, area.height / surface.height);
    const [width, height] = [surface.width * scale, surface.height * scale];
    const [x, y] = [area.x + (area.width - width) / 2, area.y + (area.height - height) / 2];
    canvas.drawImage(surface, x, y, width, height);
    return true;
  }

  async close(): Promise<void> {
    const decoding = this.#decoding;
    this.#decoding = undefined;
    this.#surface = undefined;
    await decoding?.close();
  }

  #show(picture: DecodedPicture | undefined): void {
    if (picture === undefined) return;
    const { width, height, pixels } = picture;
    const before = this.#surface;
    const surface = before?.width === width && before.height === height ? before : createCanvas(width, height);
    this.#surface = surface;
    const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    surface.getContext("2d").putImageData(new ImageData(clamped, width, height), 0, 0);
    this.#changed();
  }
}

type DecodedPicture = Picture & { readonly pixels: Uint8Array<ArrayBuffer> };
