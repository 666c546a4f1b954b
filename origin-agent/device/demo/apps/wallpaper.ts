import type { Canvas2D, Size } from "../ui/shape.ts";

const HORIZON = 0.62;

/** Dusk over hills: large plain shapes, which a video encoder likes. */
export function drawWallpaper(canvas: Canvas2D, { width, height }: Size): void {
  const sky = canvas.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, "#1b2460");
  sky.addColorStop(0.45, "#4a4fb8");
  sky.addColorStop(HORIZON, "#a678d8");
  sky.addColorStop(1, "#f0a1b4");
  canvas.fillStyle = sky;
  canvas.fillRect(0, 0, width, height);
  drawHills(canvas, { width, height }, 0.66, 0.05, 0.4, "#4b3f9e");
  drawHills(canvas, { width, height }, 0.75, 0.06, 2.3, "#372f80");
  drawHills(canvas, { width, height }, 0.85, 0.045, 4.1, "#241f5c");
}

function drawHills(
  canvas: Canvas2D,
  { width, height }: Size,
  at: number,
  rise: number,
  phase: number,
  fill: string,
): void {
  const steps = 80;
  canvas.fillStyle = fill;
  canvas.beginPath();
  canvas.moveTo(0, height);
  for (let step = 0; step <= steps; step += 1) {
    const along = (step / steps) * 2 * Math.PI;
    const wave = Math.sin(along * 0.9 + phase) + 0.4 * Math.sin(along * 2.1 + phase * 2);
    canvas.lineTo((step / steps) * width, height * (at - rise * wave));
  }
  canvas.lineTo(width, height);
  canvas.fill();
}
