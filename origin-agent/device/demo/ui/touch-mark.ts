import { type Canvas2D, fillCircle } from "./shape.ts";
import { COLOUR } from "./theme.ts";

const RADIUS = 32;
const EDGE_WIDTH = 4;

/** Where a finger is: seen on light and on dark, and what it touches shows through. */
export function drawTouchMark(canvas: Canvas2D, x: number, y: number): void {
  fillCircle(canvas, x, y, RADIUS, COLOUR.touch);
  canvas.strokeStyle = COLOUR.touchEdge;
  canvas.lineWidth = EDGE_WIDTH;
  canvas.stroke();
}
