/** A file in the device's folder. */
export interface DeviceFile {
  readonly name: string;
  readonly size: number;
  /** Of this very content: `takeFile` gives no other. */
  readonly version: string;
}

/** Why a file was not moved. */
export type FileFailure =
  | "no-right"
  | "not-offered"
  | "bad-name"
  | "too-large"
  | "device-full"
  | "app-refused"
  | "no-such-file"
  | "file-changed"
  | "device-failed"
  /** The network, the edge or the device was away for too long. */
  | "connection"
  | "session-over";

/** One file on its way, or that was. */
export interface FileTransfer {
  readonly id: string;
  readonly direction: "up" | "down";
  /** Kept in the folder, or installed. */
  readonly as: "file" | "app";
  readonly name: string;
  readonly size: number;
  /** Bytes that arrived where they go. */
  readonly moved: number;
  /** `retrying`: the last piece did not arrive, and is sent again. */
  readonly state: "waiting" | "moving" | "retrying" | "done" | "failed" | "cancelled";
  readonly failure?: FileFailure;
  /** The device's own words for `app-refused`. */
  readonly words?: string;
  /** The name that the device gave it, which had one of this name already. */
  readonly savedAs?: string;
}

export function isOver({ state }: FileTransfer): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}
