import type { App, Services } from "./app.ts";
import { createNotConnected } from "./not-connected.ts";

export function createLocation(services: Services): App {
  const lines = ["No position is being lent to this phone.", "It will be shown here when one is."] as const;
  return createNotConnected(services, { icon: "location", lines });
}
