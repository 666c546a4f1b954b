import { type Canvas2D, drawText, fillRounded, type Rect } from "../ui/shape.ts";
import { createRuler } from "../ui/text-width.ts";
import { COLOUR } from "../ui/theme.ts";
import type { TextEditor } from "./editor.ts";
import { indexAt, isRightToLeft, type Line, layoutLines, lineOf } from "./layout.ts";

const TEXT_SIZE = 32;
const CARET_WIDTH = 4;
const SELECTION = "#cdd5ff";
const PLACEHOLDER_GAP = 12;

export const LINE_HEIGHT = 46;

const measure = createRuler(TEXT_SIZE);

/** An editor's text as it lies on the screen: lines, caret, selection, and how far it is scrolled. */
export class TextPage {
  readonly #editor: TextEditor;
  /** Where it was drawn last; as wide as can be before that. */
  #rect: Rect = { x: 0, y: 0, width: Number.POSITIVE_INFINITY, height: 0 };
  #laidOut: { readonly text: string; readonly width: number; readonly lines: readonly Line[] } | undefined;
  #scrolled = 0;
  #following = false;

  constructor(editor: TextEditor) {
    this.#editor = editor;
  }

  /** Bring the caret into view with the next drawing. */
  followCaret(): void {
    this.#following = true;
  }

  /** Pixels; positive shows what is further up. */
  scrollBy(distance: number): void {
    this.#scrolled -= distance;
  }

  /** The place in the text under a point. */
  indexUnder(x: number, y: number): number {
    const row = Math.floor((y - this.#rect.y + this.#scrolled) / LINE_HEIGHT);
    const line = this.#lines[Math.min(this.#lines.length - 1, Math.max(0, row))] ?? { start: 0, end: 0 };
    const edge = this.#edgeOf(line);
    return indexAt(this.#editor.text, line, (x - edge.x) * edge.direction, measure);
  }

  moveByLines(by: number, select: boolean): void {
    const row = lineOf(this.#lines, this.#editor.caret);
    const from = this.#lines[row];
    const to = this.#lines[row + by];
    const { text, caret } = this.#editor;
    if (from === undefined || to === undefined) return this.#editor.moveTo(by < 0 ? 0 : text.length, select);
    const along = measure(text.slice(from.start, caret));
    this.#editor.moveTo(indexAt(text, to, along, measure), select);
  }

  moveInLine(edge: "start" | "end", select: boolean): void {
    const line = this.#lines[lineOf(this.#lines, this.#editor.caret)];
    if (line !== undefined) this.#editor.moveTo(line[edge], select);
  }

  draw(canvas: Canvas2D, rect: Rect, placeholder: string): void {
    this.#rect = rect;
    this.#settleScroll();
    const first = Math.floor(this.#scrolled / LINE_HEIGHT);
    const visible = this.#lines.slice(first, Math.ceil((this.#scrolled + rect.height) / LINE_HEIGHT) + 1);
    const caretRow = lineOf(this.#lines, this.#editor.caret);
    canvas.save();
    canvas.beginPath();
    canvas.rect(rect.x - CARET_WIDTH, rect.y, rect.width + 2 * CARET_WIDTH, rect.height);
    canvas.clip();
    for (const [index, line] of visible.entries()) {
      const top = rect.y + (first + index) * LINE_HEIGHT - this.#scrolled;
      this.#drawLine(canvas, line, top);
      if (first + index === caretRow) this.#drawCaret(canvas, line, top);
    }
    canvas.restore();
    if (this.#editor.text !== "") return;
    const style = { size: TEXT_SIZE, colour: COLOUR.muted };
    drawText(canvas, placeholder, rect.x + PLACEHOLDER_GAP, rect.y + LINE_HEIGHT / 2, style);
  }

  get #lines(): readonly Line[] {
    const { text } = this.#editor;
    const { width } = this.#rect;
    if (this.#laidOut?.text !== text || this.#laidOut.width !== width) {
      this.#laidOut = { text, width, lines: layoutLines(text, width, measure) };
    }
    return this.#laidOut.lines;
  }

  #settleScroll(): void {
    const { height } = this.#rect;
    if (this.#following) {
      const top = lineOf(this.#lines, this.#editor.caret) * LINE_HEIGHT;
      this.#scrolled = Math.min(top, Math.max(this.#scrolled, top + LINE_HEIGHT - height));
      this.#following = false;
    }
    const furthest = Math.max(0, this.#lines.length * LINE_HEIGHT - height);
    this.#scrolled = Math.min(furthest, Math.max(0, this.#scrolled));
  }

  /** Where a line begins, and which way it runs from there. */
  #edgeOf(line: Line): { readonly x: number; readonly direction: 1 | -1 } {
    const { x, width } = this.#rect;
    const rightToLeft = isRightToLeft(this.#editor.text.slice(line.start, line.end));
    return rightToLeft ? { x: x + width, direction: -1 } : { x, direction: 1 };
  }

  #placeOf(index: number, line: Line): number {
    const edge = this.#edgeOf(line);
    return edge.x + edge.direction * measure(this.#editor.text.slice(line.start, index));
  }

  #drawLine(canvas: Canvas2D, line: Line, top: number): void {
    const { text, selection } = this.#editor;
    const from = Math.max(selection.start, line.start);
    const to = Math.min(selection.end, line.end);
    if (from < to) {
      const [a, b] = [this.#placeOf(from, line), this.#placeOf(to, line)];
      fillRounded(canvas, { x: Math.min(a, b), y: top, width: Math.abs(b - a), height: LINE_HEIGHT }, 6, SELECTION);
    }
    const edge = this.#edgeOf(line);
    const reading =
      edge.direction === 1
        ? ({ direction: "ltr", align: "left" } as const)
        : ({ direction: "rtl", align: "right" } as const);
    const style = { size: TEXT_SIZE, colour: COLOUR.text, ...reading };
    drawText(canvas, text.slice(line.start, line.end), edge.x, top + LINE_HEIGHT / 2, style);
  }

  #drawCaret(canvas: Canvas2D, line: Line, top: number): void {
    const x = this.#placeOf(this.#editor.caret, line);
    canvas.fillStyle = COLOUR.accent;
    canvas.fillRect(x - CARET_WIDTH / 2, top + 3, CARET_WIDTH, LINE_HEIGHT - 6);
  }
}
