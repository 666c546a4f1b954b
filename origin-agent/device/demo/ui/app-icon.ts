import type { CatalogEntry } from "../apps/catalog.ts";
import { drawIcon } from "./icons.ts";
import { type Canvas2D, diagonal, fillRounded } from "./shape.ts";

/** An app's icon with its middle at (x, y). */
export function drawAppIcon(canvas: Canvas2D, entry: CatalogEntry, x: number, y: number, side: number): void {
  const rect = { x: x - side / 2, y: y - side / 2, width: side, height: side };
  fillRounded(canvas, rect, side * 0.28, diagonal(canvas, rect, ...entry.colours));
  drawIcon(canvas, entry.icon, x, y, { size: side * 0.54, colour: "#ffffff", pen: 1.9 });
}
