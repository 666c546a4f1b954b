import type { EndReason } from "./state.ts";

/** What this browser lacks, or undefined when it can show a session. */
export function missingFromBrowser(): Extract<EndReason, "insecure-origin" | "no-webcodecs"> | undefined {
  if (!isSecureContext) return "insecure-origin";
  if (typeof VideoDecoder === "undefined" || typeof OffscreenCanvas === "undefined") return "no-webcodecs";
  return undefined;
}
