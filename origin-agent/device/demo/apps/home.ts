import { drawAppIcon } from "../ui/app-icon.ts";
import { Presses } from "../ui/press.ts";
import { type Canvas2D, drawText, fillRounded, type Size } from "../ui/shape.ts";
import type { App, Services } from "./app.ts";
import { type AppId, CATALOG } from "./catalog.ts";
import { drawWallpaper } from "./wallpaper.ts";

const ICON_SIDE = 124;
const CELL_HEIGHT = 216;
const MAX_CELL_WIDTH = 180;
const ICON_REACH = 90;

/** The first screen: the time, what this is, and the apps. */
export function createHome(services: Services, open: (app: AppId) => void): App {
  const presses = new Presses<AppId>();
  return {
    draw: (canvas, size, at) => {
      drawWallpaper(canvas, size);
      drawGreeting(canvas, size, at);
      for (const { entry, x, y } of placesOf(size)) {
        const pressed = presses.isPressed(entry.id);
        drawAppIcon(canvas, entry, x, y, pressed ? ICON_SIDE - 16 : ICON_SIDE);
        if (pressed) {
          const side = ICON_SIDE - 16;
          const veil = { x: x - side / 2, y: y - side / 2, width: side, height: side };
          fillRounded(canvas, veil, side * 0.28, "rgba(0, 0, 0, 0.3)");
        }
        drawText(canvas, entry.name, x, y + 92, { size: 24, weight: 500, colour: "#ffffff", align: "center" });
      }
    },
    touch: (touch, size) => {
      const press = presses.touch(touch, (x, y) => appAt(x, y, size));
      if (press.kind === "clicked") open(press.target);
      if (press.kind !== "nothing") services.changed();
    },
  };
}

interface Place {
  readonly entry: (typeof CATALOG)[number];
  readonly x: number;
  readonly y: number;
}

function isWide(size: Size): boolean {
  return size.width > size.height;
}

function placesOf(size: Size): Place[] {
  const columns = isWide(size) ? 5 : 4;
  const width = Math.min(MAX_CELL_WIDTH, (size.width - 24) / columns);
  const left = isWide(size) ? size.width - columns * width - 40 : (size.width - columns * width) / 2;
  const rows = Math.ceil(CATALOG.length / columns);
  const top = isWide(size) ? (size.height - rows * CELL_HEIGHT) / 2 : size.height - rows * CELL_HEIGHT - 112;
  return CATALOG.map((entry, index) => ({
    entry,
    x: left + ((index % columns) + 0.5) * width,
    y: top + Math.floor(index / columns) * CELL_HEIGHT + CELL_HEIGHT / 2 - 24,
  }));
}

function appAt(x: number, y: number, size: Size): AppId | undefined {
  const under = (place: Place) => Math.abs(place.x - x) < ICON_REACH && Math.abs(place.y + 20 - y) < ICON_REACH + 16;
  return placesOf(size).find(under)?.entry.id;
}

function drawGreeting(canvas: Canvas2D, size: Size, at: number): void {
  const time = new Date(at);
  const x = isWide(size) ? 180 : size.width / 2;
  const y = isWide(size) ? size.height / 2 - 70 : 210;
  const clock = `${String(time.getHours()).padStart(2, "0")}:${String(time.getMinutes()).padStart(2, "0")}`;
  drawText(canvas, clock, x, y, { size: isWide(size) ? 92 : 148, weight: 600, colour: "#ffffff", align: "center" });
  const day = time.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
  const below = isWide(size) ? y + 84 : y + 122;
  drawText(canvas, day, x, below, { size: isWide(size) ? 24 : 32, weight: 500, colour: "#dfe4ff", align: "center" });
}
