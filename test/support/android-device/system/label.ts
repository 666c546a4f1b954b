import { createCanvas } from "@napi-rs/canvas";
import { font } from "../../../../origin-agent/device/demo/ui/fonts.ts";

export interface Label {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly words: Uint32Array;
}

/** A line of text on a strip of its own; the end of it when it is longer than the strip. */
export function drawLabel(text: string, width: number, height: number, ink: string, paper: string): Label {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  context.font = font(Math.round(height * 0.45), 500);
  context.textBaseline = "middle";
  context.fillStyle = ink;
  const margin = height / 3;
  const overhang = Math.max(0, context.measureText(text).width + 2 * margin - width);
  context.fillText(text, margin - overhang, height / 2);
  const pixels = Uint8Array.from(canvas.data());
  return { width, height, words: new Uint32Array(pixels.buffer) };
}
