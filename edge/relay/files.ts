import { type FileWant, MAX_FILE_BYTES } from "#protocol";
import type { RelayState } from "./state.ts";

/** Why the edge does not even ask the agent. */
export type FileDenial = "no-right" | "not-offered" | "file-too-large" | "device-offline";

/** Whether a seat may have this done about files (docs/protocol.md, U-1, U-3, R-5). */
export function judgeFile({ seats, device, origin }: RelayState, seat: string, want: FileWant): FileDenial | undefined {
  const asker = seats.get(seat);
  const rights = asker?.rights ?? [];
  const { features } = device;
  switch (want.do) {
    case "put":
      if (!rights.includes("file-up")) return "no-right";
      if (!features.includes(want.as === "app" ? "app-install" : "file-up")) return "not-offered";
      break;
    case "list":
    case "get":
      if (!rights.includes("file-down")) return "no-right";
      if (!features.includes("file-down")) return "not-offered";
      break;
    case "cancel":
      if (!rights.includes("file-up") && !rights.includes("file-down")) return "no-right";
  }
  const allowed = want.do === "put" ? asker?.allowance.fileUpBytes : asker?.allowance.fileDownBytes;
  if (bytesNeeded(want) > Math.min(allowed ?? MAX_FILE_BYTES, MAX_FILE_BYTES)) return "file-too-large";
  return origin.phase === "online" ? undefined : "device-offline";
}

/** Whether these bytes of a file go past what a seat may take of one. */
export function isOverDownload({ seats }: RelayState, seat: string, want: FileWant, bytes: number): boolean {
  const allowed = seats.get(seat)?.allowance.fileDownBytes;
  return want.do === "get" && allowed !== undefined && want.offset + bytes > allowed;
}

/** How large the file is at least. */
function bytesNeeded(want: FileWant): number {
  switch (want.do) {
    case "put":
      return Math.max(want.size, want.offset + want.length);
    case "get":
      return want.offset + 1;
    case "list":
    case "cancel":
      return 0;
  }
}
