import type { Motion } from "#protocol";
import { type Canvas2D, drawText, fillCircle, fillRounded, type Size } from "../ui/shape.ts";
import { COLOUR } from "../ui/theme.ts";
import type { App, Services } from "./app.ts";
import { createBorrower } from "./borrower.ts";

const RADIUS = 250;
const BUBBLE = 56;
/** A tilt of so many degrees takes the bubble to the edge. */
const FULL_TILT = 45;
const DEGREES = 180 / Math.PI;

/** A spirit level: the bubble goes where the person's device is higher. */
export function createMotion(services: Services): App {
  return createBorrower(services, {
    purpose: "Motion",
    icon: "motion",
    want: { kind: "motion", rateHz: 30 },
    draw: (canvas, size) => {
      const motion = services.hardware.motion();
      const tilt = motion === undefined ? undefined : tiltOf(motion);
      if (tilt === undefined) return false;
      drawLevel(canvas, size, tilt);
      return true;
    },
  });
}

/** Degrees: `across` when the right side is lower, `along` when the near side is. */
interface Tilt {
  readonly across: number;
  readonly along: number;
}

/** By the orientation that the browser worked out, or by where gravity pulls. */
function tiltOf({ orientation, acceleration }: Motion): Tilt | undefined {
  if (orientation !== undefined) return { across: orientation.gamma, along: orientation.beta };
  if (acceleration === undefined) return undefined;
  const { x, y, z } = acceleration;
  return { across: -Math.atan2(x, z) * DEGREES, along: Math.atan2(y, z) * DEGREES };
}

function drawLevel(canvas: Canvas2D, size: Size, { across, along }: Tilt): void {
  const [x, y] = [size.width / 2, size.height / 2 - 40];
  const radius = Math.min(RADIUS, size.height / 2 - 120);
  fillCircle(canvas, x, y, radius, "#c8f0d6");
  fillCircle(canvas, x, y, BUBBLE + 12, "#a5dfb9");
  fillRounded(canvas, { x: x - radius, y: y - 1, width: 2 * radius, height: 2 }, 1, "#7fbf95");
  fillRounded(canvas, { x: x - 1, y: y - radius, width: 2, height: 2 * radius }, 1, "#7fbf95");
  const reach = radius - BUBBLE;
  const share = (degrees: number) => Math.max(-1, Math.min(1, degrees / FULL_TILT));
  const [dx, dy] = [-share(across), -share(along)];
  // Within the round glass, not its square.
  const scale = reach / Math.max(1, Math.hypot(dx, dy));
  fillCircle(canvas, x + dx * scale, y + dy * scale, BUBBLE, "#0f9d63");
  fillCircle(canvas, x + dx * scale - 18, y + dy * scale - 18, 12, "#9fe3c2");
  const words = { size: 30, colour: COLOUR.text, align: "center" } as const;
  drawText(canvas, `${along.toFixed(1)}° along, ${across.toFixed(1)}° across`, x, y + radius + 70, words);
}
