import { type Canvas, createCanvas } from "@napi-rs/canvas";
import type { Picture } from "../../encode/index.ts";
import type { Canvas2D, Size } from "./ui/shape.ts";

/** The canvas that the phone is drawn on, and its pixels as the encoder wants them. */
export class CanvasPicture {
  readonly canvas: Canvas2D;
  readonly #surface: Canvas;

  constructor({ width, height }: Size) {
    this.#surface = createCanvas(width, height);
    this.canvas = this.#surface.getContext("2d");
  }

  /** Lend the pixels as they are now, until `use` has ended. */
  async lend<Result>(use: (picture: Picture) => Promise<Result>): Promise<Result> {
    const pixels = this.#surface.data();
    try {
      return await use({ width: this.#surface.width, height: this.#surface.height, pixels });
    } finally {
      giveBack(pixels);
    }
  }
}

/**
 * `data()` allocates 3.7 MB a picture outside of the heap. Left to the garbage collector that is hundreds of
 * megabytes, and every tenth picture waits 10 ms for fresh memory; detached, the memory is used again at once.
 */
function giveBack(pixels: Uint8Array): void {
  const { buffer } = pixels;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === pixels.byteLength) buffer.transfer(0);
}
