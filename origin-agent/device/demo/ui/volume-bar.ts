import { type Canvas2D, fillRounded, type Rect, type Size } from "./shape.ts";
import { COLOUR, MARGIN } from "./theme.ts";

const WIDTH = 44;
const HEIGHT = 420;
const RADIUS = 22;

/** At the right side, over everything, as phones show it. `level`: 0 to 1. */
export function drawVolumeBar(canvas: Canvas2D, size: Size, level: number): void {
  const bar = volumeBar(size);
  fillRounded(canvas, bar, RADIUS, "rgba(22, 24, 31, 0.82)");
  const height = Math.max(WIDTH, bar.height * level);
  if (level > 0) fillRounded(canvas, { ...bar, y: bar.y + bar.height - height, height }, RADIUS, COLOUR.accent);
}

function volumeBar({ width, height }: Size): Rect {
  return { x: width - MARGIN - WIDTH, y: (height - HEIGHT) / 2, width: WIDTH, height: HEIGHT };
}
