const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** UTF-16 code units; what comes after is not taken. */
const MAX_LENGTH = 20_000;
/** Everything that is not text: C0 and C1 controls except tab and line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A text with a caret and a selection; every step goes by whole characters as a reader sees them. */
export class TextEditor {
  #text = "";
  #caret = 0;
  /** The end of the selection where it began; equal to the caret when nothing is selected. */
  #anchor = 0;

  get text(): string {
    return this.#text;
  }

  get caret(): number {
    return this.#caret;
  }

  get selection(): { readonly start: number; readonly end: number } {
    return { start: Math.min(this.#caret, this.#anchor), end: Math.max(this.#caret, this.#anchor) };
  }

  get selected(): string {
    return this.#text.slice(this.selection.start, this.selection.end);
  }

  /** Replaces the selection. */
  insert(typed: string): void {
    const { start, end } = this.selection;
    const room = MAX_LENGTH - (this.#text.length - (end - start));
    const text = wholeCharacters(typed.replace(/\r\n?/g, "\n").replace(CONTROLS, ""), room);
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(end);
    this.#caret = start + text.length;
    this.#anchor = this.#caret;
  }

  /** The selection, or the character before the caret. */
  deleteBackward(): void {
    if (this.#caret === this.#anchor) this.#caret = this.#before(this.#caret);
    this.insert("");
  }

  /** The selection, or the character after the caret. */
  deleteForward(): void {
    if (this.#caret === this.#anchor) this.#caret = this.#after(this.#caret);
    this.insert("");
  }

  moveLeft(select: boolean): void {
    const { start, end } = this.selection;
    this.moveTo(start !== end && !select ? start : this.#before(this.#caret), select);
  }

  moveRight(select: boolean): void {
    const { start, end } = this.selection;
    this.moveTo(start !== end && !select ? end : this.#after(this.#caret), select);
  }

  /** `index` is brought to the boundary of a character. */
  moveTo(index: number, select: boolean): void {
    this.#caret = index >= this.#text.length ? this.#text.length : this.#before(index + 1);
    if (!select) this.#anchor = this.#caret;
  }

  clear(): void {
    this.selectAll();
    this.insert("");
  }

  selectAll(): void {
    this.#anchor = 0;
    this.#caret = this.#text.length;
  }

  #before(index: number): number {
    if (index <= 0) return 0;
    return graphemes.segment(this.#text).containing(index - 1)?.index ?? 0;
  }

  #after(index: number): number {
    const next = graphemes.segment(this.#text).containing(index);
    return next === undefined ? this.#text.length : next.index + next.segment.length;
  }
}

function wholeCharacters(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, graphemes.segment(text).containing(Math.max(0, length))?.index ?? 0);
}
