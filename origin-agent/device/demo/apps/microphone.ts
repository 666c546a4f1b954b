import type { App, Services } from "./app.ts";
import { createNotConnected } from "./not-connected.ts";

export function createMicrophone(services: Services): App {
  const lines = ["No microphone is being lent to this phone.", "Its level will be shown here when one is."] as const;
  return createNotConnected(services, { icon: "microphone", lines });
}
