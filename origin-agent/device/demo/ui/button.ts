import { drawIcon, type IconName } from "./icons.ts";
import { type Canvas2D, drawText, fillRounded, type Rect } from "./shape.ts";
import { COLOUR } from "./theme.ts";

export interface ButtonLook {
  readonly label: string;
  readonly icon?: IconName;
  readonly pressed: boolean;
  readonly filled?: boolean;
}

const ICON_SIZE = 36;
const GAP = 14;
const TEXT_SIZE = 27;

/** A pill with a label and perhaps an icon in front of it, centred together. */
export function drawButton(canvas: Canvas2D, rect: Rect, look: ButtonLook): void {
  const [rest, held, ink] = look.filled
    ? [COLOUR.accent, COLOUR.accentPressed, COLOUR.onAccent]
    : [COLOUR.accentSoft, "#c3ccff", COLOUR.accent];
  fillRounded(canvas, rect, rect.height / 2, look.pressed ? held : rest);
  const middle = rect.y + rect.height / 2;
  const style = { size: TEXT_SIZE, weight: 600, colour: ink } as const;
  if (look.icon === undefined) {
    drawText(canvas, look.label, rect.x + rect.width / 2, middle, { ...style, align: "center" });
    return;
  }
  drawText(canvas, "", 0, 0, style);
  const width = ICON_SIZE + GAP + canvas.measureText(look.label).width;
  const left = rect.x + (rect.width - width) / 2;
  drawIcon(canvas, look.icon, left + ICON_SIZE / 2, middle, { size: ICON_SIZE, colour: ink, pen: 2 });
  drawText(canvas, look.label, left + ICON_SIZE + GAP, middle, style);
}
