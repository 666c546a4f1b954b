import type { TouchPhase } from "#protocol";
import type { BorrowedHardware } from "../hardware/borrowed.ts";
import type { Canvas2D, Size } from "../ui/shape.ts";

/** One finger, in pixels of the app's own area. */
export interface Touch {
  readonly id: number;
  readonly phase: TouchPhase;
  readonly x: number;
  readonly y: number;
  /** 0 to 1. */
  readonly pressure: number;
}

/** A key going down; Android's key codes and meta bits. */
export interface Key {
  readonly keycode: number;
  readonly meta: number;
}

/** What the phone does for its apps. */
export interface Services {
  /** The app would look different now: draw it soon. */
  changed(): void;
  readClipboard(): string;
  writeClipboard(text: string): void;
  rotate(): void;
  showTouches(): boolean;
  setShowTouches(show: boolean): void;
  /** Start or stop a note; `voice` tells the notes that sound together apart. */
  noteOn(voice: number, frequencyHz: number): void;
  noteOff(voice: number): void;
  readonly hardware: BorrowedHardware;
  /** What lies in the phone's folder, the newest first, and what is on its way into it. */
  readonly files: { shown(): readonly ShownFile[] };
}

export interface ShownFile {
  readonly name: string;
  /** Bytes: all of them, or those that are there by now. */
  readonly size: number;
  readonly arriving: boolean;
}

/**
 * One app of the phone. It draws all of its area each time it is asked; `at` is the moment of drawing in
 * milliseconds of Unix time.
 */
export interface App {
  draw(canvas: Canvas2D, size: Size, at: number): void;
  /** Drawn last, over everything else of the picture. */
  drawOver?(canvas: Canvas2D, at: number): void;
  /** Pictures per second while it moves by itself; 0 at rest. */
  frameRate?(): number;
  touch?(touch: Touch, size: Size): void;
  key?(key: Key): void;
  text?(text: string): void;
  /** Wheel notches; positive is right and up. */
  scroll?(dx: number, dy: number): void;
  /** Go back inside the app; false when it is at its first page. */
  back?(): boolean;
  /** It is shown from now on. */
  shown?(): void;
  /** It is no longer shown. */
  hidden?(): void;
}
