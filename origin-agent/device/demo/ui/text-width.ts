import { createCanvas } from "@napi-rs/canvas";
import { type FontWeight, font, type Run, runsOf } from "./fonts.ts";

/** As many as a full note has words, were each another. */
const MAX_WIDTHS = 20_000;
/** A canvas of its own to measure on, since widths are asked for between drawings, too. */
const ruler = createCanvas(1, 1).getContext("2d");

/** How wide a run is drawn, pixels. */
export function runWidth(run: Run, size: number, weight?: FontWeight): number {
  ruler.font = font(run, size, weight);
  return ruler.measureText(run.text).width;
}

/** Widths in one size, kept: a text is laid out anew at every key, and nearly all of its words are those of before. */
export function createRuler(size: number): (text: string) => number {
  const widths = new Map<string, number>();
  return (text) => {
    const known = widths.get(text);
    if (known !== undefined) return known;
    const width = runsOf(text).reduce((sum, run) => sum + runWidth(run, size), 0);
    if (widths.size >= MAX_WIDTHS) widths.clear();
    widths.set(text, width);
    return width;
  };
}
