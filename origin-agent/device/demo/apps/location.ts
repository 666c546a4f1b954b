import type { Location } from "#protocol";
import { type Canvas2D, drawText, fillCircle, fillRounded, type Size } from "../ui/shape.ts";
import { COLOUR, MARGIN, MAX_COLUMN_WIDTH } from "../ui/theme.ts";
import type { App, Services } from "./app.ts";
import { createBorrower } from "./borrower.ts";

/** Of the accuracy's circle, at most. */
const MAX_RADIUS = 240;
/** Between two lines of the grid, at least. */
const MIN_GRID = 90;
const METRES_PER_DEGREE = 111_320;

/** Where the person is: a point on a grid of metres, in the circle that it is surely in. */
export function createLocation(services: Services): App {
  return createBorrower(services, {
    purpose: "Location",
    icon: "location",
    want: { kind: "location", intervalMs: 1_000, distanceM: 0, accuracy: "fine" },
    draw: (canvas, size) => {
      const place = services.hardware.location();
      if (place === undefined) return false;
      drawMap(canvas, size, place);
      drawWords(canvas, size, place);
      return true;
    },
  });
}

function drawMap(canvas: Canvas2D, size: Size, place: Location): void {
  canvas.fillStyle = "#e8f1e4";
  canvas.fillRect(0, 0, size.width, size.height);
  const [x, y] = [size.width / 2, size.height / 2];
  const pixelsPerMetre = Math.min(4, MAX_RADIUS / Math.max(1, place.accuracyM));
  drawGrid(canvas, size, place, pixelsPerMetre);
  fillCircle(canvas, x, y, Math.max(40, place.accuracyM * pixelsPerMetre), "rgba(64, 88, 242, 0.18)");
  fillCircle(canvas, x, y, 26, "#ffffff");
  fillCircle(canvas, x, y, 19, COLOUR.accent);
}

/** Lines of even metres, which move past as the place does. */
function drawGrid(canvas: Canvas2D, size: Size, { latitude, longitude }: Location, pixelsPerMetre: number): void {
  const step = 10 ** Math.ceil(Math.log10(MIN_GRID / pixelsPerMetre));
  const cell = step * pixelsPerMetre;
  const east = longitude * METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  const north = latitude * METRES_PER_DEGREE;
  const firstX = modulo(size.width / 2 - east * pixelsPerMetre, cell);
  const firstY = modulo(size.height / 2 + north * pixelsPerMetre, cell);
  canvas.fillStyle = "#c7d8bf";
  for (let x = firstX; x < size.width; x += cell) canvas.fillRect(x - 3, 0, 6, size.height);
  for (let y = firstY; y < size.height; y += cell) canvas.fillRect(0, y - 3, size.width, 6);
  const style = { size: 24, colour: "#6d8162" } as const;
  drawText(canvas, `a square is ${distance(step)}`, MARGIN, 40, style);
}

function drawWords(canvas: Canvas2D, size: Size, place: Location): void {
  const width = Math.min(size.width - 2 * MARGIN, MAX_COLUMN_WIDTH);
  const card = { x: (size.width - width) / 2, y: size.height - 190, width, height: 160 };
  fillRounded(canvas, card, 32, COLOUR.card);
  const middle = { align: "center" } as const;
  const x = size.width / 2;
  drawText(canvas, coordinates(place), x, card.y + 58, { ...middle, size: 40, weight: 700, colour: COLOUR.text });
  const words = `within ${distance(place.accuracyM)}`;
  drawText(canvas, words, x, card.y + 112, { ...middle, size: 28, colour: COLOUR.muted });
}

function coordinates({ latitude, longitude }: Location): string {
  const [vertical, horizontal] = [latitude < 0 ? "S" : "N", longitude < 0 ? "W" : "E"];
  return `${Math.abs(latitude).toFixed(5)}° ${vertical}, ${Math.abs(longitude).toFixed(5)}° ${horizontal}`;
}

function distance(metres: number): string {
  return metres < 1_000 ? `${Math.round(metres)} m` : `${Math.round(metres / 1_000)} km`;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
