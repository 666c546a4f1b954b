import { type Canvas2D, drawText, fillRounded } from "../ui/shape.ts";
import { MARGIN, MAX_COLUMN_WIDTH } from "../ui/theme.ts";
import type { App } from "./app.ts";

const FRAME_RATE = 30;
const BITS = 48;
const CELLS_PER_ROW = 16;

const CELL_SIDE = 40;
const CELLS_HEIGHT = (BITS / CELLS_PER_ROW) * CELL_SIDE;

/**
 * The moment of drawing, for machines and people. Machines read 48 cells of 40x40 pixels, 16 per row from the top
 * left corner of the picture: the Unix time in milliseconds, most significant bit first, white is 1.
 */
export function createStopwatch(): App {
  return {
    frameRate: () => FRAME_RATE,
    draw: (canvas, size, at) => {
      canvas.fillStyle = "#10131f";
      canvas.fillRect(0, 0, size.width, size.height);
      const x = size.width / 2;
      const y = CELLS_HEIGHT + (size.height - CELLS_HEIGHT) / 2;
      const width = Math.min(size.width - 2 * MARGIN, MAX_COLUMN_WIDTH);
      fillRounded(canvas, { x: x - width / 2, y: y - 170, width, height: 340 }, 40, "#1a1f33");
      const middle = { align: "center" } as const;
      drawText(canvas, clockOf(at), x, y - 66, { ...middle, size: 88, weight: 600, colour: "#ffffff" });
      const unix = String(Math.floor(at));
      drawText(canvas, unix, x, y + 34, { ...middle, size: 44, weight: 500, colour: "#9fb0ff" });
      const words = "Milliseconds of Unix time when this was drawn";
      drawText(canvas, words, x, y + 106, { ...middle, size: 24, colour: "#8b91a8" });
    },
    drawOver: (canvas, at) => drawCells(canvas, Math.floor(at)),
  };
}

function drawCells(canvas: Canvas2D, millis: number): void {
  for (let cell = 0; cell < BITS; cell += 1) {
    // Numbers of 48 bits are over what bitwise operators take.
    const bit = Math.floor(millis / 2 ** (BITS - 1 - cell)) % 2;
    canvas.fillStyle = bit === 1 ? "#ffffff" : "#000000";
    const [column, row] = [cell % CELLS_PER_ROW, Math.floor(cell / CELLS_PER_ROW)];
    canvas.fillRect(column * CELL_SIDE, row * CELL_SIDE, CELL_SIDE, CELL_SIDE);
  }
}

/** Hours, minutes, seconds and hundredths of this machine's day. */
function clockOf(at: number): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const hundredths = Math.floor(time.getMilliseconds() / 10);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${two(hundredths)}`;
}
