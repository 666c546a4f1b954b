import type { CatalogEntry } from "../apps/catalog.ts";
import { drawNavigationBar, type NavigationButton } from "./navigation-bar.ts";
import { type Canvas2D, drawText, type Rect, type Size } from "./shape.ts";
import { drawStatusBar } from "./status-bar.ts";
import { COLOUR, MARGIN, NAVIGATION_BAR_HEIGHT, STATUS_BAR_HEIGHT, TITLE_BAR_HEIGHT } from "./theme.ts";

/** What the phone draws around its apps. */
export interface PhoneFrame {
  readonly size: Size;
  /** The app in it; undefined for the home screen and the recent apps, which lie under the bars. */
  readonly entry: CatalogEntry | undefined;
  readonly isPressed: (button: NavigationButton) => boolean;
}

/** The part of the picture that belongs to the app. */
export function appArea({ size, entry }: PhoneFrame): Rect {
  const { width, height } = size;
  if (entry === undefined) return { x: 0, y: 0, width, height };
  const top = entry.fullScreen ? 0 : STATUS_BAR_HEIGHT + TITLE_BAR_HEIGHT;
  return { x: 0, y: top, width, height: height - top - NAVIGATION_BAR_HEIGHT };
}

/** The status bar, the app's title and the navigation bar. `at` in milliseconds of Unix time. */
export function drawPhoneFrame(canvas: Canvas2D, frame: PhoneFrame, at: number): void {
  const { size, entry, isPressed } = frame;
  if (entry === undefined) {
    drawStatusBar(canvas, size.width, at, "#ffffff");
    return drawNavigationBar(canvas, size, { ink: "#ffffff", isPressed });
  }
  const area = appArea(frame);
  if (!entry.fullScreen) {
    canvas.fillStyle = COLOUR.surface;
    canvas.fillRect(0, 0, size.width, area.y);
    drawStatusBar(canvas, size.width, at, COLOUR.text);
    const middle = STATUS_BAR_HEIGHT + TITLE_BAR_HEIGHT / 2;
    drawText(canvas, entry.name, MARGIN + 4, middle, { size: 46, weight: 700, colour: COLOUR.text });
  }
  canvas.fillStyle = entry.fullScreen ? "#000000" : COLOUR.card;
  canvas.fillRect(0, area.y + area.height, size.width, NAVIGATION_BAR_HEIGHT);
  drawNavigationBar(canvas, size, { ink: entry.fullScreen ? "#ffffff" : COLOUR.text, isPressed });
}
