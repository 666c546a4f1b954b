import { drawIcon } from "./icons.ts";
import { type Canvas2D, drawText } from "./shape.ts";
import { MARGIN, STATUS_BAR_HEIGHT } from "./theme.ts";

/** The time, and what this phone is. `at` in milliseconds of Unix time. */
export function drawStatusBar(canvas: Canvas2D, width: number, at: number, ink: string): void {
  const time = new Date(at);
  const clock = `${String(time.getHours()).padStart(2, "0")}:${String(time.getMinutes()).padStart(2, "0")}`;
  const y = STATUS_BAR_HEIGHT / 2 + 2;
  drawText(canvas, clock, MARGIN, y, { size: 26, weight: 600, colour: ink });
  drawText(canvas, "Demo phone", width - MARGIN, y, { size: 24, weight: 500, colour: ink, align: "right" });
  const label = canvas.measureText("Demo phone").width;
  drawIcon(canvas, "phone", width - MARGIN - label - 22, y, { size: 28, colour: ink, pen: 2 });
}
