import type { FileFailure, FileTransfer } from "../sdk/index.ts";

const FAILURES: Readonly<Record<FileFailure, string>> = {
  "no-right": "You may not move files here.",
  "not-offered": "This device cannot do that.",
  "bad-name": "The device cannot take a file of this name.",
  "too-large": "It is larger than allowed.",
  "device-full": "The device has no room left.",
  "app-refused": "The device did not install it.",
  "no-such-file": "It is not there any more.",
  "file-changed": "It has changed meanwhile. Refresh, and take it again.",
  "device-failed": "The device broke off.",
  connection: "The connection was away for too long.",
  "session-over": "The session has ended.",
};

export function failureWords(failure: FileFailure, words?: string): string {
  return words === undefined ? FAILURES[failure] : `${FAILURES[failure]} (${words})`;
}

/** What stands beside a file that is on its way, or was. */
export function transferWords(transfer: FileTransfer): string {
  const { state, size, moved, failure, words, savedAs, direction, as } = transfer;
  switch (state) {
    case "waiting":
      return `${sizeWords(size)}, waits`;
    case "moving":
      if (as === "app" && moved === size) return "Being installed";
      return `${sizeWords(moved)} of ${sizeWords(size)}`;
    case "retrying":
      return `${sizeWords(moved)} of ${sizeWords(size)}, trying again`;
    case "done":
      if (as === "app") return "Installed";
      if (direction === "down") return `${sizeWords(size)}, saved`;
      return savedAs === undefined ? `${sizeWords(size)}, sent` : `${sizeWords(size)}, sent as ${savedAs}`;
    case "cancelled":
      return "Cancelled";
    case "failed":
      return failureWords(failure ?? "connection", words);
  }
}

const UNITS = ["bytes", "kB", "MB", "GB"] as const;

export function sizeWords(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1_000 && unit < UNITS.length - 1) [value, unit] = [value / 1_000, unit + 1];
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
