import { drawAppIcon } from "../ui/app-icon.ts";
import { Presses } from "../ui/press.ts";
import { contains, drawText, fillRounded, type Rect, type Size } from "../ui/shape.ts";
import { NAVIGATION_BAR_HEIGHT } from "../ui/theme.ts";
import type { App, Services } from "./app.ts";
import { type AppId, catalogEntry } from "./catalog.ts";
import { drawWallpaper } from "./wallpaper.ts";

const CARD_HEIGHT = 168;
const CARD_GAP = 24;
const TOP = 176;
const MARGIN = 44;

/** The apps that were open, the latest first. */
export function createRecents(services: Services, opened: () => readonly AppId[], open: (app: AppId) => void): App {
  const presses = new Presses<AppId>();
  const shown = (size: Size) => opened().slice(0, columnsOf(size) * rowsOf(size));
  const cardAt = (x: number, y: number, size: Size) =>
    shown(size).find((_app, index) => contains(cardRect(index, size), x, y));
  return {
    draw: (canvas, size) => {
      drawWallpaper(canvas, size);
      canvas.fillStyle = "rgba(12, 14, 40, 0.55)";
      canvas.fillRect(0, 0, size.width, size.height);
      const apps = shown(size);
      const heading = { size: 34, weight: 600, colour: "#ffffff", align: "center" } as const;
      drawText(canvas, apps.length === 0 ? "No recent apps" : "Recent apps", size.width / 2, TOP - 60, heading);
      for (const [index, app] of apps.entries()) {
        const entry = catalogEntry(app);
        const card = cardRect(index, size);
        fillRounded(canvas, card, 36, presses.isPressed(app) ? "#c9cff5" : "rgba(255, 255, 255, 0.94)");
        const middle = card.y + card.height / 2;
        drawAppIcon(canvas, entry, card.x + 92, middle, 104);
        drawText(canvas, entry.name, card.x + 172, middle, { size: 34, weight: 600, colour: "#16181f" });
      }
    },
    touch: (touch, size) => {
      const press = presses.touch(touch, (x, y) => cardAt(x, y, size));
      if (press.kind === "clicked") open(press.target);
      if (press.kind !== "nothing") services.changed();
    },
  };
}

function columnsOf(size: Size): number {
  return size.width > size.height ? 2 : 1;
}

function rowsOf(size: Size): number {
  return Math.floor((size.height - TOP - NAVIGATION_BAR_HEIGHT) / (CARD_HEIGHT + CARD_GAP));
}

function cardRect(index: number, size: Size): Rect {
  const columns = columnsOf(size);
  const width = (size.width - 2 * MARGIN - CARD_GAP * (columns - 1)) / columns;
  const x = MARGIN + (index % columns) * (width + CARD_GAP);
  const y = TOP + Math.floor(index / columns) * (CARD_HEIGHT + CARD_GAP);
  return { x, y, width, height: CARD_HEIGHT };
}
