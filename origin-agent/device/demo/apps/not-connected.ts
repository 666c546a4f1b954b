import { drawIcon, type IconName } from "../ui/icons.ts";
import { type Canvas2D, drawText, fillCircle, fillRounded, type Size } from "../ui/shape.ts";
import { COLOUR, MARGIN, MAX_COLUMN_WIDTH } from "../ui/theme.ts";
import type { App, Services, Touch } from "./app.ts";

export interface MissingHardware {
  readonly icon: IconName;
  /** What would be shown here, one short line each. */
  readonly lines: readonly [string, string];
}

const CARD_HEIGHT = 480;

/** The page of an app whose hardware nobody lends to the phone. */
export function createNotConnected(services: Services, hardware: MissingHardware): App {
  let pressed = false;
  return {
    draw: (canvas, size) => drawPage(canvas, size, hardware, pressed),
    touch: (touch: Touch) => {
      pressed = touch.phase === "down" || touch.phase === "move";
      services.changed();
    },
  };
}

function drawPage(canvas: Canvas2D, size: Size, hardware: MissingHardware, pressed: boolean): void {
  canvas.fillStyle = COLOUR.surface;
  canvas.fillRect(0, 0, size.width, size.height);
  const width = Math.min(size.width - 2 * MARGIN, MAX_COLUMN_WIDTH);
  const height = Math.min(CARD_HEIGHT, size.height - 2 * MARGIN);
  const card = { x: (size.width - width) / 2, y: (size.height - height) / 2 - 20, width, height };
  fillRounded(canvas, card, 40, pressed ? "#eceef8" : COLOUR.card);
  const x = size.width / 2;
  const top = card.y + height * 0.3;
  fillCircle(canvas, x, top, 84, COLOUR.accentSoft);
  drawIcon(canvas, hardware.icon, x, top, { size: 88, colour: COLOUR.accent, pen: 1.6 });
  const title = { size: 40, weight: 700, colour: COLOUR.text, align: "center" } as const;
  drawText(canvas, "Not connected", x, card.y + height * 0.6, title);
  const body = { size: 27, colour: COLOUR.muted, align: "center" } as const;
  drawText(canvas, hardware.lines[0], x, card.y + height * 0.74, body);
  drawText(canvas, hardware.lines[1], x, card.y + height * 0.83, body);
}
