import type { App, Services } from "./app.ts";
import { createNotConnected } from "./not-connected.ts";

export function createCamera(services: Services): App {
  const lines = ["No camera is being lent to this phone.", "Its picture will be shown here when one is."] as const;
  return createNotConnected(services, { icon: "camera", lines });
}
