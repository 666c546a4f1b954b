import { drawIcon, type IconName } from "./icons.ts";
import { type Canvas2D, contains, fillRounded, type Rect, type Size } from "./shape.ts";
import { NAVIGATION_BAR_HEIGHT } from "./theme.ts";

const BUTTONS = ["back", "home", "recents"] as const satisfies readonly IconName[];
export type NavigationButton = (typeof BUTTONS)[number];

export interface NavigationLook {
  readonly ink: string;
  readonly isPressed: (button: NavigationButton) => boolean;
}

/** Back, home and recents, along the bottom of the picture. */
export function drawNavigationBar(canvas: Canvas2D, size: Size, { ink, isPressed }: NavigationLook): void {
  for (const [index, button] of BUTTONS.entries()) {
    const rect = buttonRect(index, size);
    const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
    if (isPressed(button)) {
      fillRounded(canvas, { x: x - 70, y: y - 34, width: 140, height: 68 }, 34, "rgba(128, 136, 168, 0.45)");
    }
    drawIcon(canvas, button, x, y, { size: 42, colour: ink, pen: 2 });
  }
}

export function navigationButtonAt(x: number, y: number, size: Size): NavigationButton | undefined {
  return BUTTONS.find((_button, index) => contains(buttonRect(index, size), x, y));
}

function buttonRect(index: number, size: Size): Rect {
  const width = size.width / BUTTONS.length;
  return { x: index * width, y: size.height - NAVIGATION_BAR_HEIGHT, width, height: NAVIGATION_BAR_HEIGHT };
}
