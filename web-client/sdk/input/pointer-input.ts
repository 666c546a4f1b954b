import type { InputBody } from "#protocol";
import { cancelFingers, createFingers, liftFinger, moveFinger, pressFinger, takeMoves } from "./fingers.ts";
import { type PicturePoint, type Size, toPicture } from "./geometry.ts";

export interface PointerPort {
  /** Whether a finger may come down now. */
  ready(): boolean;
  send(body: InputBody): void;
  /** Size of the picture on the glass; undefined before the first. */
  picture(): Size | undefined;
  back(): void;
  /** A mouse pressed the picture: the keyboard belongs to it. */
  wantsKeyboard(): void;
}

/** A wheel's notch in CSS pixels, in lines and in pages, as browsers count them. */
const NOTCH_PIXELS = 100;
const NOTCH_LINES = 3;
const SECONDARY_BUTTON = 2;
/** Screens of 240 Hz have an animation frame more often than the edge takes input (docs/protocol.md, I-6). */
const MOVES_INTERVAL_MS = 6;

/** Mouse, pen, fingers and wheel over one surface, as touches and scrolls of the device. */
export class PointerInput {
  readonly #surface: HTMLElement;
  readonly #port: PointerPort;
  readonly #fingers = createFingers();
  #scroll: { x: number; y: number; dx: number; dy: number } | undefined;
  #frame: number | undefined;
  #flushedAt = 0;

  constructor(surface: HTMLElement, port: PointerPort, signal: AbortSignal) {
    this.#surface = surface;
    this.#port = port;
    const listen: typeof surface.addEventListener = (type: string, listener: EventListenerOrEventListenerObject) =>
      surface.addEventListener(type, listener, { signal, passive: false });
    listen("pointerdown", (event) => this.#pressed(event));
    listen("pointermove", (event) => this.#moved(event));
    listen("pointerup", (event) => this.#lifted(event, "up"));
    listen("pointercancel", (event) => this.#lifted(event, "cancel"));
    listen("lostpointercapture", (event) => this.#lifted(event, "cancel"));
    listen("wheel", (event) => this.#wheeled(event));
    listen("contextmenu", (event) => event.preventDefault());
    // The focus stays where `wantsKeyboard` put it, and a finger takes it from nobody.
    listen("mousedown", (event) => event.preventDefault());
    // iOS zooms on a double tap and selects on a long one, whatever touch-action says.
    listen("touchstart", (event) => event.preventDefault());
    signal.addEventListener("abort", () => this.#cancelFrame());
  }

  /** Lift everything, and tell so. */
  releaseAll(): void {
    const pointers = cancelFingers(this.#fingers);
    if (pointers.length > 0) this.#port.send({ kind: "touch", pointers });
  }

  /** Whatever is down was lifted at the other end: it counts no more until it is pressed again. */
  forget(): void {
    cancelFingers(this.#fingers);
  }

  #pressed(event: PointerEvent): void {
    event.preventDefault();
    if (event.pointerType === "mouse") this.#port.wantsKeyboard();
    const place = this.#placeOf(event);
    if (place === undefined || !place.inside) return;
    if (event.pointerType === "mouse" && event.button === SECONDARY_BUTTON) return this.#port.back();
    if (event.button !== 0 || !this.#port.ready()) return;
    this.#surface.setPointerCapture(event.pointerId);
    const pointers = pressFinger(this.#fingers, event.pointerId, contactOf(event, place));
    if (pointers !== undefined) this.#port.send({ kind: "touch", pointers });
  }

  #moved(event: PointerEvent): void {
    const place = this.#placeOf(event);
    if (place === undefined) return;
    if (moveFinger(this.#fingers, event.pointerId, contactOf(event, place))) this.#flushNextFrame();
  }

  #lifted(event: PointerEvent, phase: "up" | "cancel"): void {
    const place = this.#placeOf(event);
    // A lifted finger presses with 0; the place is what counts.
    const contact = phase === "cancel" || place === undefined ? undefined : { x: place.x, y: place.y, pressure: 0 };
    const pointers = liftFinger(this.#fingers, event.pointerId, phase, contact);
    if (pointers !== undefined) this.#port.send({ kind: "touch", pointers });
  }

  #wheeled(event: WheelEvent): void {
    // With Ctrl it is the browser's zoom, and a pinch on a trackpad: people need that to read.
    if (event.ctrlKey) return;
    event.preventDefault();
    const place = this.#placeOf(event);
    if (place === undefined || !place.inside || !this.#port.ready()) return;
    const unit =
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL
        ? NOTCH_PIXELS
        : event.deltaMode === WheelEvent.DOM_DELTA_LINE
          ? NOTCH_LINES
          : 1;
    const { dx, dy } = this.#scroll ?? { dx: 0, dy: 0 };
    this.#scroll = { x: place.x, y: place.y, dx: dx + event.deltaX / unit, dy: dy - event.deltaY / unit };
    this.#flushNextFrame();
  }

  /** Moves and scrolls of one animation frame go as one message; presses and releases never wait for it. */
  #flushNextFrame(): void {
    this.#frame ??= requestAnimationFrame((at) => {
      this.#frame = undefined;
      if (at - this.#flushedAt < MOVES_INTERVAL_MS) return this.#flushNextFrame();
      this.#flushedAt = at;
      const pointers = takeMoves(this.#fingers);
      if (pointers.length > 0) this.#port.send({ kind: "touch", pointers });
      const scroll = this.#scroll;
      this.#scroll = undefined;
      if (scroll !== undefined) this.#port.send({ kind: "scroll", ...scroll });
    });
  }

  #cancelFrame(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  #placeOf(event: MouseEvent): PicturePoint | undefined {
    const picture = this.#port.picture();
    if (picture === undefined) return undefined;
    return toPicture({ x: event.clientX, y: event.clientY }, this.#surface.getBoundingClientRect(), picture);
  }
}

function contactOf(event: PointerEvent, { x, y }: PicturePoint) {
  // A mouse has no pressure and reports the half that stands for "unknown"; some touch screens report 0.
  const pressure = event.pointerType === "mouse" ? 1 : event.pressure > 0 ? event.pressure : 0.5;
  return { x, y, pressure };
}
