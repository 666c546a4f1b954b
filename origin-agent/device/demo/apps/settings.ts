import { drawIcon, type IconName } from "../ui/icons.ts";
import { Presses } from "../ui/press.ts";
import { type Canvas2D, contains, drawText, fillCircle, fillRounded, type Rect, type Size } from "../ui/shape.ts";
import { COLOUR, MARGIN, MAX_COLUMN_WIDTH } from "../ui/theme.ts";
import type { App, Services } from "./app.ts";

type RowId = "rotate" | "touches" | "about";

interface Row {
  readonly id: RowId;
  readonly icon: IconName;
  readonly title: string;
  readonly words: string;
}

const ROWS: readonly Row[] = [
  { id: "rotate", icon: "rotate", title: "Rotate screen", words: "Turn the picture by 90 degrees" },
  { id: "touches", icon: "touch", title: "Show touches", words: "A mark under every finger" },
  { id: "about", icon: "info", title: "About phone", words: "Demo phone" },
];
const ROW_HEIGHT = 132;
const ROW_GAP = 20;
const TOP = 12;

const ABOUT: readonly (readonly [name: string, value: string])[] = [
  ["Model", "Demo phone"],
  ["What it is", "Drawn by the agent itself"],
  ["System", "None: this is not Android"],
  ["Video", "H.264, only when something changes"],
  ["Sound", "Opus, 48 kHz"],
];

/** Turning the screen, marks under fingers, and what this phone is. */
export function createSettings(services: Services): App {
  const presses = new Presses<RowId>();
  let aboutOpen = false;

  function use(row: RowId): void {
    if (row === "rotate") services.rotate();
    else if (row === "touches") services.setShowTouches(!services.showTouches());
    else aboutOpen = true;
  }

  return {
    draw: (canvas, size) => {
      canvas.fillStyle = COLOUR.surface;
      canvas.fillRect(0, 0, size.width, size.height);
      if (aboutOpen) return drawAbout(canvas, size);
      for (const [index, row] of ROWS.entries()) {
        const rect = rowRect(index, size);
        drawRow(canvas, rect, row, presses.isPressed(row.id));
        const right = rect.x + rect.width - 56;
        const middle = rect.y + rect.height / 2;
        if (row.id === "touches") drawSwitch(canvas, right - 20, middle, services.showTouches());
        else if (row.id === "about") drawIcon(canvas, "chevron", right, middle, { size: 36, colour: COLOUR.muted });
      }
    },
    touch: (touch, size) => {
      const press = presses.touch(touch, (x, y) => (aboutOpen ? undefined : rowAt(x, y, size)));
      if (press.kind === "clicked") use(press.target);
      if (press.kind !== "nothing") services.changed();
    },
    back: () => {
      if (!aboutOpen) return false;
      aboutOpen = false;
      services.changed();
      return true;
    },
    hidden: () => {
      aboutOpen = false;
    },
  };
}

function column(size: Size): { readonly x: number; readonly width: number } {
  const width = Math.min(size.width - 2 * MARGIN, MAX_COLUMN_WIDTH);
  return { x: (size.width - width) / 2, width };
}

function rowRect(index: number, size: Size): Rect {
  return { ...column(size), y: TOP + index * (ROW_HEIGHT + ROW_GAP), height: ROW_HEIGHT };
}

function rowAt(x: number, y: number, size: Size): RowId | undefined {
  return ROWS.find((_row, index) => contains(rowRect(index, size), x, y))?.id;
}

function drawRow(canvas: Canvas2D, rect: Rect, row: Row, pressed: boolean): void {
  fillRounded(canvas, rect, 30, pressed ? "#dfe3fb" : COLOUR.card);
  const middle = rect.y + rect.height / 2;
  fillCircle(canvas, rect.x + 72, middle, 38, COLOUR.accentSoft);
  drawIcon(canvas, row.icon, rect.x + 72, middle, { size: 42, colour: COLOUR.accent });
  drawText(canvas, row.title, rect.x + 136, middle - 21, { size: 31, weight: 600, colour: COLOUR.text });
  drawText(canvas, row.words, rect.x + 136, middle + 22, { size: 25, colour: COLOUR.muted });
}

function drawSwitch(canvas: Canvas2D, x: number, y: number, on: boolean): void {
  fillRounded(canvas, { x: x - 42, y: y - 24, width: 84, height: 48 }, 24, on ? COLOUR.accent : "#c3c7d6");
  fillCircle(canvas, on ? x + 18 : x - 18, y, 18, "#ffffff");
}

function drawAbout(canvas: Canvas2D, size: Size): void {
  const height = Math.min(86, (size.height - 2 * TOP) / ABOUT.length);
  const { x, width } = column(size);
  fillRounded(canvas, { x, y: TOP, width, height: height * ABOUT.length }, 30, COLOUR.card);
  for (const [index, [name, value]] of ABOUT.entries()) {
    const y = TOP + height * (index + 0.5);
    drawText(canvas, name, x + 36, y, { size: 27, colour: COLOUR.muted });
    drawText(canvas, value, x + width - 36, y, { size: 27, weight: 500, colour: COLOUR.text, align: "right" });
    if (index === 0) continue;
    canvas.fillStyle = COLOUR.line;
    canvas.fillRect(x + 36, y - height / 2, width - 72, 2);
  }
}
