import { runsOf } from "../ui/fonts.ts";
import { drawIcon } from "../ui/icons.ts";
import { type Canvas2D, drawText, fillCircle, fillRounded, type Rect, type Size } from "../ui/shape.ts";
import { runWidth } from "../ui/text-width.ts";
import { COLOUR, MARGIN, MAX_COLUMN_WIDTH } from "../ui/theme.ts";
import type { App, Services, ShownFile } from "./app.ts";

const ROW_HEIGHT = 116;
const ROW_GAP = 16;
const TOP = 12;
const TITLE_SIZE = 29;

/** What lies in the phone's folder: what was sent to it, and can be taken from it. */
export function createFiles(services: Services): App {
  let first = 0;
  return {
    draw: (canvas, size) => {
      canvas.fillStyle = COLOUR.surface;
      canvas.fillRect(0, 0, size.width, size.height);
      const files = services.files.shown();
      first = Math.max(0, Math.min(first, files.length - rowsOf(size)));
      for (const [index, file] of files.slice(first, first + rowsOf(size)).entries()) {
        drawRow(canvas, rowRect(index, size), file);
      }
    },
    scroll: (_dx, dy) => {
      first = Math.max(0, first - Math.round(dy));
      services.changed();
    },
  };
}

function rowsOf(size: Size): number {
  return Math.max(1, Math.floor((size.height - TOP) / (ROW_HEIGHT + ROW_GAP)));
}

function rowRect(index: number, size: Size): Rect {
  const width = Math.min(size.width - 2 * MARGIN, MAX_COLUMN_WIDTH);
  return { x: (size.width - width) / 2, y: TOP + index * (ROW_HEIGHT + ROW_GAP), width, height: ROW_HEIGHT };
}

function drawRow(canvas: Canvas2D, rect: Rect, { name, size, arriving }: ShownFile): void {
  fillRounded(canvas, rect, 28, COLOUR.card);
  const middle = rect.y + rect.height / 2;
  fillCircle(canvas, rect.x + 66, middle, 36, COLOUR.accentSoft);
  drawIcon(canvas, arriving ? "paste" : "notes", rect.x + 66, middle, { size: 40, colour: COLOUR.accent });
  const title = fitted(name, rect.width - 160);
  drawText(canvas, title, rect.x + 126, middle - 20, { size: TITLE_SIZE, weight: 600, colour: COLOUR.text });
  const words = arriving ? `${sizeWords(size)} so far` : sizeWords(size);
  drawText(canvas, words, rect.x + 126, middle + 22, { size: 25, colour: COLOUR.muted });
}

/** A name may be long, and may hold line ends: it is one line here. */
function fitted(name: string, width: number): string {
  const plain = name.replace(/\p{C}+/gu, " ");
  const points = [...plain];
  let text = plain;
  while (points.length > 1 && widthOf(text) > width) {
    points.pop();
    text = `${points.join("")}…`;
  }
  return text;
}

function widthOf(text: string): number {
  return runsOf(text).reduce((sum, run) => sum + runWidth(run, TITLE_SIZE, 600), 0);
}

const UNITS = ["bytes", "kB", "MB"] as const;

function sizeWords(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1_000 && unit < UNITS.length - 1) [value, unit] = [value / 1_000, unit + 1];
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
