export { neededPermissions } from "./permissions.ts";
export type { Runtime } from "./runtime.ts";

import type { Runtime } from "./runtime.ts";

/** The runtime that this program runs on. */
export async function currentRuntime(): Promise<Runtime> {
  const { runtime } = "Deno" in globalThis ? await import("./deno.ts") : await import("./node.ts");
  return runtime;
}
