import type { ShownDisplay } from "./messages.ts";

/** A decoded picture and the unit it came from. The frame belongs to whoever holds it, and must be closed. */
export interface DecodedPicture {
  readonly frame: VideoFrame;
  readonly keyframe: boolean;
  readonly epoch: number;
  readonly sequence: number;
  readonly capturedAtMicros: number;
  readonly arrivedAtMicros: number;
  readonly decodedAtMicros: number;
}

/** A picture came onto the canvas, which has this size. */
type PaintedListener = (picture: DecodedPicture, width: number, height: number) => void;

/**
 * Paints the newest picture as soon as the outputs that the decoder has ready are through: waiting for an animation
 * frame would add up to 16 ms, painting each would spend the time of the newest on pictures that nobody sees.
 */
export class Painter {
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #painted: PaintedListener;
  readonly #turn = new MessageChannel();
  #next: DecodedPicture | undefined;
  #display: ShownDisplay | undefined;

  constructor(canvas: OffscreenCanvas, painted: PaintedListener) {
    // Without `desynchronized`: where everything is drawn in software it costs about 5 ms instead of saving any, and a
    // `bitmaprenderer` costs more still.
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("the canvas already has a context of another kind");
    this.#canvas = canvas;
    this.#context = context;
    this.#painted = painted;
    this.#turn.port1.onmessage = () => this.#paint();
  }

  /** Pictures of this epoch are painted in this size; those of others in their own. */
  setDisplay(display: ShownDisplay): void {
    this.#display = display;
  }

  /** Show this, in place of one that still waits. Returns how many were dropped for it. */
  show(picture: DecodedPicture): number {
    const replaced = this.#next;
    this.#next = picture;
    if (replaced === undefined) this.#turn.port2.postMessage(undefined);
    replaced?.frame.close();
    return replaced === undefined ? 0 : 1;
  }

  #paint(): void {
    const picture = this.#next;
    if (picture === undefined) return;
    this.#next = undefined;
    const { frame } = picture;
    const { width, height } = this.#sizeOf(picture);
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    this.#context.drawImage(frame, 0, 0, width, height);
    this.#painted(picture, width, height);
    frame.close();
  }

  #sizeOf({ frame, epoch }: DecodedPicture) {
    const display = this.#display;
    return display?.epoch === epoch ? display : { width: frame.displayWidth, height: frame.displayHeight };
  }
}
