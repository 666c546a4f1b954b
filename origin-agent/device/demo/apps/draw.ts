import { createCanvas } from "@napi-rs/canvas";
import { drawIcon } from "../ui/icons.ts";
import { Presses } from "../ui/press.ts";
import {
  type Canvas2D,
  contains,
  drawText,
  fillCircle,
  fillRounded,
  inset,
  type Rect,
  type Size,
} from "../ui/shape.ts";
import { COLOUR, MARGIN } from "../ui/theme.ts";
import type { App, Services, Touch } from "./app.ts";

const INKS = ["#16181f", "#e5383b", "#f77f00", "#2a9d4e", "#1d7df2", "#8a3ffc", "#d6409f"] as const;
type Ink = (typeof INKS)[number];
type Tool = Ink | "clear";

/** As wide and as high as the picture can be either way round. */
const PAPER_SIDE = 1280;
const PALETTE_HEIGHT = 108;
const PALETTE_RADIUS = 28;
const LIGHTEST_WIDTH = 10;
const WIDTH_PER_PRESSURE = 34;
/** A mouse has no pressure and reports none; it draws like a finger of middling weight. */
const UNKNOWN_PRESSURE = 0.5;

/** Paper for ten fingers: each draws in its own ink, wider when it presses harder. */
export function createDraw(services: Services): App {
  const paper = createCanvas(PAPER_SIDE, PAPER_SIDE);
  const pen = paper.getContext("2d");
  pen.lineCap = "round";
  const presses = new Presses<Tool>();
  const fingers = new Map<number, { readonly x: number; readonly y: number; readonly ink: string }>();
  let ink: Ink = INKS[4];
  let empty = true;

  function inkOf(finger: number): string {
    return INKS[(INKS.indexOf(ink) + finger) % INKS.length] ?? ink;
  }

  function stroke(touch: Touch): void {
    const last = fingers.get(touch.id);
    if (last === undefined && touch.phase !== "down") return;
    if (touch.phase === "up" || touch.phase === "cancel") {
      fingers.delete(touch.id);
      return;
    }
    const from = last ?? { x: touch.x, y: touch.y, ink: inkOf(touch.id) };
    const width = LIGHTEST_WIDTH + WIDTH_PER_PRESSURE * (touch.pressure || UNKNOWN_PRESSURE);
    pen.strokeStyle = from.ink;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(touch.x, touch.y);
    pen.stroke();
    // A line of no length leaves no mark, not even its round ends.
    fillCircle(pen, touch.x, touch.y, width / 2, from.ink);
    fingers.set(touch.id, { x: touch.x, y: touch.y, ink: from.ink });
    empty = false;
    services.changed();
  }

  function use(tool: Tool): void {
    if (tool !== "clear") {
      ink = tool;
      return;
    }
    pen.clearRect(0, 0, PAPER_SIDE, PAPER_SIDE);
    empty = true;
  }

  function drawPalette(canvas: Canvas2D, size: Size): void {
    const bar = paletteRect(size);
    fillRounded(canvas, bar, bar.height / 2, COLOUR.line);
    fillRounded(canvas, inset(bar, 2), bar.height / 2 - 2, COLOUR.surface);
    for (const tool of toolsOf(size)) {
      const grown = presses.isPressed(tool.id) ? 6 : 0;
      if (tool.id === "clear") {
        fillCircle(canvas, tool.x, tool.y, PALETTE_RADIUS + 4 + grown, COLOUR.accentSoft);
        drawIcon(canvas, "trash", tool.x, tool.y, { size: 34, colour: COLOUR.accent, pen: 2 });
        continue;
      }
      if (tool.id === ink) fillCircle(canvas, tool.x, tool.y, PALETTE_RADIUS + 7 + grown, "#c9cede");
      fillCircle(canvas, tool.x, tool.y, PALETTE_RADIUS + grown, tool.id);
      if (tool.id === ink) drawIcon(canvas, "check", tool.x, tool.y, { size: 30, colour: "#ffffff", pen: 3 });
    }
  }

  return {
    draw: (canvas, size) => {
      canvas.fillStyle = "#fdfdfe";
      canvas.fillRect(0, 0, size.width, size.height);
      if (empty) {
        const style = { size: 30, colour: COLOUR.muted, align: "center" } as const;
        drawText(canvas, "Draw with up to ten fingers", size.width / 2, size.height / 2 - PALETTE_HEIGHT / 2, style);
      }
      canvas.drawImage(paper, 0, 0);
      drawPalette(canvas, size);
    },
    touch: (touch, size) => {
      const press = presses.touch(touch, (x, y) => toolAt(x, y, size));
      if (press.kind === "clicked") use(press.target);
      if (press.kind !== "nothing") return services.changed();
      if (touch.phase === "down" && contains(paletteRect(size), touch.x, touch.y)) return;
      stroke(touch);
    },
    hidden: () => fingers.clear(),
  };
}

function paletteRect(size: Size): Rect {
  const width = Math.min(size.width - 2 * MARGIN, 700);
  const height = PALETTE_HEIGHT - 16;
  return { x: (size.width - width) / 2, y: size.height - PALETTE_HEIGHT - 8, width, height };
}

function toolsOf(size: Size): { readonly id: Tool; readonly x: number; readonly y: number }[] {
  const bar = paletteRect(size);
  const tools: readonly Tool[] = [...INKS, "clear"];
  const step = bar.width / tools.length;
  return tools.map((id, index) => ({ id, x: bar.x + (index + 0.5) * step, y: bar.y + bar.height / 2 }));
}

function toolAt(x: number, y: number, size: Size): Tool | undefined {
  if (!contains(paletteRect(size), x, y)) return undefined;
  const half = paletteRect(size).width / (INKS.length + 1) / 2;
  return toolsOf(size).find((tool) => Math.abs(tool.x - x) <= half)?.id;
}
