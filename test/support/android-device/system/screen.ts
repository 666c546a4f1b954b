import type { Picture } from "../../../../origin-agent/encode/index.ts";
import { drawLabel, type Label } from "./label.ts";
import { LAUNCHER } from "./packages.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

type Colour = readonly [red: number, green: number, blue: number];

/** What the first, second and third finger leave on the glass, and so on round again. */
export const FINGER_COLOURS: readonly Colour[] = [
  [235, 40, 40],
  [40, 90, 235],
  [30, 180, 60],
  [235, 190, 30],
];
const BLACK: Colour = [0, 0, 0];
const BAR: Colour = [30, 30, 36];
const HOME: Colour = [208, 214, 224];
const APP_COLOURS: readonly Colour[] = [
  [196, 226, 214],
  [236, 216, 190],
  [218, 204, 236],
  [240, 226, 232],
  [190, 220, 240],
];

const MOST_MARKS = 400;
const MOST_TYPED_CHARS = 200;
const BYTES_PER_PIXEL = 4;

interface Mark extends Size {
  readonly x: number;
  readonly y: number;
  readonly colour: Colour;
}

/**
 * A display and what is drawn on it, plainly, so that a test can tell from decoded pixels what happened: a dark bar names the device and
 * the app, the background is the app's colour, a finger leaves squares of its colour where it was, and what was typed stands below the bar.
 */
export class Screen {
  readonly id: number;
  readonly dpi: number;
  readonly #name: string;
  #size: Size;
  /** Quarter turns. */
  rotation = 0;
  /** Pictures a second that are shown out of a reel, in the place of what is drawn; 0 for none. Counts from the next session on. */
  reelRate = 0;
  #on = true;
  #app = LAUNCHER;
  #marks: Mark[] = [];
  #typed = "";
  #labels = new Map<string, Label>();
  #phase = 0;
  #animation: NodeJS.Timeout | undefined;
  readonly #listeners = new Set<(what: "picture" | "size") => void>();

  constructor(id: number, size: Size, dpi: number, name: string) {
    this.id = id;
    this.#name = name;
    this.#size = size;
    this.dpi = dpi;
  }

  get size(): Size {
    return this.#size;
  }

  get on(): boolean {
    return this.#on;
  }

  /** The package in front. */
  get app(): string {
    return this.#app;
  }

  /** The side of the square that a finger leaves. */
  get markSide(): number {
    return Math.max(16, 2 * Math.round(Math.min(this.#size.width, this.#size.height) / 24));
  }

  /** @returns what ends the watching */
  watch(listener: (what: "picture" | "size") => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  show(app: string): void {
    this.#app = app;
    this.#marks = [];
    this.#typed = "";
    this.#changed("picture");
  }

  power(on: boolean): void {
    this.#on = on;
    this.#changed("picture");
  }

  finger(slot: number, x: number, y: number): void {
    const side = this.markSide;
    const colour = FINGER_COLOURS[slot % FINGER_COLOURS.length] ?? BLACK;
    this.#mark({ x: Math.round(x - side / 2), y: Math.round(y - side / 2), width: side, height: side, colour });
  }

  typed(text: string): void {
    this.#typed = `${this.#typed}${text}`.slice(-MOST_TYPED_CHARS);
    this.#changed("picture");
  }

  /** A quarter turn, and back again at the next. */
  rotate(): void {
    this.turnTo(this.rotation === 0 ? 1 : 0);
  }

  turnTo(rotation: number): void {
    const turned = (rotation - this.rotation) % 2 !== 0;
    this.rotation = rotation;
    if (turned) this.resize({ width: this.#size.height, height: this.#size.width });
  }

  resize(size: Size): void {
    if (size.width === this.#size.width && size.height === this.#size.height) return;
    this.#size = size;
    this.#labels.clear();
    this.#marks = [];
    this.#typed = "";
    this.#changed("size");
  }

  /** Move something, so many times a second; 0 ends it. */
  animate(framesPerSecond: number): void {
    clearInterval(this.#animation);
    if (framesPerSecond <= 0) return;
    this.#animation = setInterval(() => {
      this.#phase += 1;
      this.#changed("picture");
    }, 1_000 / framesPerSecond);
  }

  /** Memory for a picture of the size of now. */
  newPixels(): Uint8Array {
    return new Uint8Array(this.#size.width * this.#size.height * BYTES_PER_PIXEL);
  }

  /** The picture as it is now. @param pixels memory of its size, which is drawn over */
  draw(pixels = this.newPixels()): Picture {
    const { width, height } = this.#size;
    const words = new Uint32Array(pixels.buffer);
    words.fill(wordOf(this.#on ? this.#background() : BLACK));
    if (this.#on) {
      const side = this.markSide;
      this.#put(words, 0, `${this.#name}  ·  ${this.#app}`, "#ffffff", "#1e1e24");
      if (this.#typed !== "") this.#put(words, side, this.#typed, "#101014", "#ffffff");
      if (this.#phase > 0) {
        const x = (this.#phase * 8) % Math.max(1, width - side);
        fill(words, this.#size, { x, y: height - side, width: side, height: side, colour: BAR });
      }
      for (const mark of this.#marks) fill(words, this.#size, mark);
    }
    return { width, height, pixels };
  }

  /** A label over the whole width. Those of one picture are kept for the next. */
  #put(words: Uint32Array, y: number, text: string, ink: string, paper: string): void {
    const { width, height } = this.#size;
    // A display may be smaller than what is written on it.
    if (y + this.markSide > height) return;
    const key = `${width} ${ink} ${text}`;
    const label = this.#labels.get(key) ?? drawLabel(text, width, this.markSide, ink, paper);
    if (this.#labels.size > 2) this.#labels.clear();
    this.#labels.set(key, label);
    words.set(label.words, y * width);
  }

  #background(): Colour {
    if (this.#app === LAUNCHER) return HOME;
    const sum = [...this.#app].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
    return APP_COLOURS[sum % APP_COLOURS.length] ?? HOME;
  }

  #mark(mark: Mark): void {
    this.#marks.push(mark);
    if (this.#marks.length > MOST_MARKS) this.#marks.shift();
    this.#changed("picture");
  }

  #changed(what: "picture" | "size"): void {
    for (const listener of [...this.#listeners]) listener(what);
  }
}

/** RGBA in memory, as this machine's numbers are: the lowest byte first. */
function wordOf([red, green, blue]: Colour): number {
  return (0xff00_0000 | (blue << 16) | (green << 8) | red) >>> 0;
}

function fill(words: Uint32Array, size: Size, { x, y, width, height, colour }: Mark): void {
  const [left, right] = [Math.max(0, x), Math.min(size.width, x + width)];
  const word = wordOf(colour);
  for (let row = Math.max(0, y); row < Math.min(size.height, y + height); row += 1) {
    words.fill(word, row * size.width + left, row * size.width + Math.max(left, right));
  }
}
