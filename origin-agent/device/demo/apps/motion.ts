import type { App, Services } from "./app.ts";
import { createNotConnected } from "./not-connected.ts";

export function createMotion(services: Services): App {
  const lines = [
    "No motion sensor is being lent to this phone.",
    "Tilt and turn will be shown here when one is.",
  ] as const;
  return createNotConnected(services, { icon: "motion", lines });
}
