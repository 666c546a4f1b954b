import type { SKRSContext2D } from "@napi-rs/canvas";
import { type FontWeight, font, runsOf } from "./fonts.ts";
import { runWidth } from "./text-width.ts";

export type Canvas2D = SKRSContext2D;

/** Pixels; the origin is the top left corner. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function contains(rect: Rect, x: number, y: number): boolean {
  return x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
}

export function inset(rect: Rect, by: number): Rect {
  return { x: rect.x + by, y: rect.y + by, width: rect.width - 2 * by, height: rect.height - 2 * by };
}

export function fillRounded(canvas: Canvas2D, rect: Rect, radius: number, fill: string | CanvasGradient): void {
  canvas.fillStyle = fill;
  canvas.beginPath();
  canvas.roundRect(rect.x, rect.y, rect.width, rect.height, radius);
  canvas.fill();
}

export function fillCircle(canvas: Canvas2D, x: number, y: number, radius: number, fill: string): void {
  canvas.fillStyle = fill;
  canvas.beginPath();
  canvas.arc(x, y, radius, 0, 2 * Math.PI);
  canvas.fill();
}

export interface TextStyle {
  readonly size: number;
  readonly weight?: FontWeight;
  readonly colour: string;
  readonly align?: "left" | "center" | "right";
  /** Which way the line reads, when it is known; it decides where signs between scripts stand. */
  readonly direction?: "ltr" | "rtl";
}

/** How much of a line stands before its `x`. */
const BEFORE = { left: 0, center: 0.5, right: 1 } as const;

/** One line of text, its vertical middle at `y`. */
export function drawText(canvas: Canvas2D, text: string, x: number, y: number, style: TextStyle): void {
  const { size, weight, align = "left" } = style;
  canvas.fillStyle = style.colour;
  canvas.direction = style.direction ?? "ltr";
  canvas.textBaseline = "alphabetic";
  // Inter's capitals are 0.73 em tall; the middle of capitals looks like the middle of the line.
  const baseline = y + size * 0.36;
  const runs = runsOf(text);
  // One run, as nearly every text of a phone is, is placed by the canvas: measuring it too would double the time.
  const widths = runs.length === 1 ? [0] : runs.map((run) => runWidth(run, size, weight));
  canvas.textAlign = runs.length === 1 ? align : "left";
  let left = x - BEFORE[align] * widths.reduce((sum, width) => sum + width, 0);
  for (const [index, run] of runs.entries()) {
    canvas.font = font(run, size, weight);
    canvas.fillText(run.text, left, baseline);
    left += widths[index] ?? 0;
  }
}

type CanvasGradient = ReturnType<Canvas2D["createLinearGradient"]>;

/** From the top left to the bottom right of a rectangle. */
export function diagonal(canvas: Canvas2D, rect: Rect, from: string, to: string): CanvasGradient {
  const gradient = canvas.createLinearGradient(rect.x, rect.y, rect.x + rect.width, rect.y + rect.height);
  gradient.addColorStop(0, from);
  gradient.addColorStop(1, to);
  return gradient;
}
