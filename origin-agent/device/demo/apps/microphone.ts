import { drawIcon } from "../ui/icons.ts";
import { type Canvas2D, drawText, fillCircle, fillRounded, type Size } from "../ui/shape.ts";
import { COLOUR, MARGIN, MAX_COLUMN_WIDTH } from "../ui/theme.ts";
import type { App, Services } from "./app.ts";
import { createBorrower } from "./borrower.ts";

const BARS = 24;
const GAP = 6;
const BAR_HEIGHT = 160;
/** From here on a bar means loud, and then too loud. */
const LOUD = 0.7;
const TOO_LOUD = 0.9;

/** How loud it is where the person is. */
export function createMicrophone(services: Services): App {
  return createBorrower(services, {
    purpose: "Microphone",
    icon: "microphone",
    want: { kind: "microphone" },
    draw: (canvas, size) => {
      drawLevel(canvas, size, services.hardware.level());
      return true;
    },
  });
}

function drawLevel(canvas: Canvas2D, size: Size, level: number): void {
  const x = size.width / 2;
  const y = size.height / 2;
  fillCircle(canvas, x, y - 190, 84 + 60 * level, COLOUR.accentSoft);
  drawIcon(canvas, "microphone", x, y - 190, { size: 96, colour: COLOUR.accent, pen: 1.6 });
  const width = Math.min(size.width - 2 * MARGIN, MAX_COLUMN_WIDTH);
  const step = (width + GAP) / BARS;
  for (let bar = 0; bar < BARS; bar += 1) {
    const share = (bar + 1) / BARS;
    const rect = { x: x - width / 2 + bar * step, y, width: step - GAP, height: BAR_HEIGHT };
    fillRounded(canvas, rect, 8, share <= level ? colourOf(share) : COLOUR.line);
  }
  const words = { size: 30, colour: COLOUR.muted, align: "center" } as const;
  drawText(canvas, level === 0 ? "Silence" : `${Math.round(level * 100)} %`, x, y + BAR_HEIGHT + 60, words);
}

function colourOf(share: number): string {
  if (share > TOO_LOUD) return "#e5383b";
  return share > LOUD ? "#f77f00" : "#2a9d4e";
}
