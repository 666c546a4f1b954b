const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const words = new Intl.Segmenter(undefined, { granularity: "word" });

/** One line on the screen: a range of the text, without the line feed that ends it. */
export interface Line {
  readonly start: number;
  readonly end: number;
}

/** The width of a text in pixels. */
export type Measure = (text: string) => number;

/** Break a text into lines no wider than `width`: between words, and inside a word only when it is wider itself. */
export function layoutLines(text: string, width: number, measure: Measure): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const paragraph of text.split("\n")) {
    breakParagraph(paragraph, start, width, measure, lines);
    start += paragraph.length + 1;
  }
  return lines;
}

function breakParagraph(paragraph: string, offset: number, width: number, measure: Measure, lines: Line[]): void {
  let lineStart = 0;
  let lineWidth = 0;
  const breakAt = (index: number) => {
    lines.push({ start: offset + lineStart, end: offset + index });
    lineStart = index;
    lineWidth = 0;
  };
  const place = (part: string, index: number) => {
    const partWidth = measure(part);
    // Spaces may hang over the edge, as in every editor.
    if (lineWidth + partWidth > width && index > lineStart && part.trim() !== "") breakAt(index);
    lineWidth += partWidth;
  };
  for (const { segment, index } of words.segment(paragraph)) {
    if (measure(segment) <= width) place(segment, index);
    else for (const part of graphemes.segment(segment)) place(part.segment, index + part.index);
  }
  lines.push({ start: offset + lineStart, end: offset + paragraph.length });
}

/** The line that shows this place of the text; a place where a line was broken belongs to the later line. */
export function lineOf(lines: readonly Line[], index: number): number {
  const found = lines.findLastIndex((line) => line.start <= index);
  return Math.max(0, found);
}

/** The place in the text that is nearest to `x` pixels from the beginning of a line. */
export function indexAt(text: string, line: Line, x: number, measure: Measure): number {
  const content = text.slice(line.start, line.end);
  let best = line.start;
  let bestDistance = Math.abs(x);
  for (const { segment, index } of graphemes.segment(content)) {
    const end = index + segment.length;
    const distance = Math.abs(measure(content.slice(0, end)) - x);
    if (distance < bestDistance) {
      best = line.start + end;
      bestDistance = distance;
    }
  }
  return best;
}

const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Whether a line reads from right to left, by its first letter. */
export function isRightToLeft(content: string): boolean {
  return RIGHT_TO_LEFT.test(content);
}
