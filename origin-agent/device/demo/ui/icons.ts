import { Path2D } from "@napi-rs/canvas";
import type { Canvas2D } from "./shape.ts";

/** Line icons in a box of 24 by 24, drawn with a round pen. */
const OUTLINES = {
  notes: "M6 3.5h9l4 4v13H6z M14.5 3.5v4.5h4.5 M9 12h7 M9 16h5",
  draw: "M4 20l1-4.5L16.5 4a1.8 1.8 0 0 1 2.6 0l.9.9a1.8 1.8 0 0 1 0 2.6L8.5 19z M14.2 6.3l3.5 3.5",
  location:
    "M12 21c-4.5-5-6.8-8.4-6.8-11.4a6.8 6.8 0 0 1 13.6 0C18.8 12.6 16.5 16 12 21z M12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  motion:
    "M8.5 4.500h7a1.5 1.5 0 0 1 1.5 1.500v12a1.5 1.5 0 0 1-1.5 1.500h-7a1.5 1.5 0 0 1-1.5-1.500V6a1.5 1.5 0 0 1 1.5-1.500z M3.5 8.500v7 M20.5 8.500v7 M11 16.800h2",
  camera: "M4 8h3.500l1.7-2.500h5.600L16.5 8H20v11H4z M12 16.500a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.800z",
  microphone:
    "M12 14.500a3 3 0 0 1-3-3v-5a3 3 0 0 1 6 0v5a3 3 0 0 1-3 3z M6 11.500a6 6 0 0 0 12 0 M12 17.500V21 M9 21h6",
  tones:
    "M9 17.500V5.500l10-2v12 M9 17.500a2.7 2.2 0 1 1-5.4 0 2.7 2.2 0 0 1 5.4 0z M19 15.500a2.7 2.2 0 1 1-5.4 0 2.7 2.2 0 0 1 5.4 0z",
  video: "M3.5 6h17v12h-17z M10.3 9.300v5.400l4.5-2.700z",
  settings:
    "M4 7h9 M17 7h3 M4 12h3 M11 12h9 M4 17h9 M17 17h3 M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4z M9 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4z M15 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  stopwatch: "M12 21a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z M12 9.500v4l2.5 1.5 M10 3h4 M12 3v3 M18.3 6.200l1.4 1.4",
  files:
    "M3.500 6.500a1.5 1.5 0 0 1 1.5-1.500h4.500l2 2.500H19a1.5 1.5 0 0 1 1.5 1.500v9a1.5 1.5 0 0 1-1.500 1.500H5a1.5 1.5 0 0 1-1.500-1.500z",
  back: "M15.5 5l-8 7 8 7z",
  home: "M12 19.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z",
  recents: "M6 6h12v12H6z",
  copy: "M9 9h11v11H9z M15 9V4H4v11h5",
  paste: "M7 5H5v16h14V5h-2 M8.5 3.500h7v3.500h-7z M9 12h6 M9 16h4",
  trash: "M4.5 7h15 M9.5 7V4h5v3 M6.5 7l1 13.500h9l1-13.5 M10.5 11v6 M13.5 11v6",
  rotate: "M19.5 9a8 8 0 1 0 .5 4.5 M19.8 4v5h-5",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 11v5.5 M12 7.500v.1",
  touch:
    "M9.5 11V5.500a1.5 1.5 0 0 1 3 0V11 M12.5 10.500a1.5 1.5 0 0 1 3 0V12 M15.5 11.500a1.5 1.5 0 0 1 3 0V16a5 5 0 0 1-5 5h-1.500a5 5 0 0 1-4-2L4.8 15a1.5 1.5 0 0 1 2.3-1.900L9.5 15.500V8",
  chevron: "M9.5 5.500l6.5 6.5-6.5 6.5",
  play: "M8 5v14l11-7z",
  pause: "M8 5v14 M16 5v14",
  phone: "M8 2.500h8a2 2 0 0 1 2 2v15a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2z M10.5 18.500h3",
  check: "M5 12.500l4.5 4.500L19 7.5",
} as const;

export type IconName = keyof typeof OUTLINES;

const paths = new Map<IconName, Path2D>();
const BOX = 24;

export interface IconStyle {
  readonly size: number;
  readonly colour: string;
  /** Of the pen, in units of the 24-box. */
  readonly pen?: number;
}

/** An icon with its middle at (x, y). */
export function drawIcon(canvas: Canvas2D, name: IconName, x: number, y: number, style: IconStyle): void {
  const path = paths.get(name) ?? new Path2D(OUTLINES[name]);
  paths.set(name, path);
  const scale = style.size / BOX;
  canvas.save();
  canvas.translate(x - style.size / 2, y - style.size / 2);
  canvas.scale(scale, scale);
  canvas.strokeStyle = style.colour;
  canvas.lineWidth = style.pen ?? 1.8;
  canvas.lineCap = "round";
  canvas.lineJoin = "round";
  canvas.stroke(path);
  canvas.restore();
}
