import type { App, Services } from "./app.ts";
import { createBorrower } from "./borrower.ts";

const WANT = { kind: "camera", width: 640, height: 480, frameRate: 15 } as const;

/** The camera of whoever steers, as it sees. */
export function createCamera(services: Services): App {
  return createBorrower(services, {
    purpose: "Camera",
    icon: "camera",
    want: WANT,
    draw: (canvas, { width, height }) => {
      canvas.fillStyle = "#0b0d14";
      canvas.fillRect(0, 0, width, height);
      return services.hardware.drawCamera(canvas, { x: 0, y: 0, width, height });
    },
  });
}
