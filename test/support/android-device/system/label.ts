import { createCanvas } from "@napi-rs/canvas";
import { runsOf } from "../../../../origin-agent/device/demo/ui/fonts.ts";
import { drawText } from "../../../../origin-agent/device/demo/ui/shape.ts";
import { runWidth } from "../../../../origin-agent/device/demo/ui/text-width.ts";

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
  const size = Math.round(height * 0.45);
  const margin = height / 3;
  const textWidth = runsOf(text).reduce((sum, run) => sum + runWidth(run, size, 500), 0);
  const overhang = Math.max(0, textWidth + 2 * margin - width);
  drawText(context, text, margin - overhang, height / 2, { size, weight: 500, colour: ink });
  const pixels = Uint8Array.from(canvas.data());
  return { width, height, words: new Uint32Array(pixels.buffer) };
}
