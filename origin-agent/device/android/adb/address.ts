/** Where the ADB server listens. */
export interface AdbAddress {
  readonly host: string;
  readonly port: number;
}

export const ADB_VARIABLE = "ADB_SERVER_SOCKET";
const DEFAULT: AdbAddress = { host: "127.0.0.1", port: 5037 };
const SOCKET = /^tcp:(?:(\[[0-9a-f:.]+\]|[\w.-]+):)?(\d{1,5})$/i;

/**
 * Read what adb itself reads from ADB_SERVER_SOCKET: `tcp:PORT` or `tcp:HOST:PORT`.
 * @returns undefined when it is neither
 */
export function adbAddress(text: string | undefined): AdbAddress | undefined {
  if (text === undefined || text === "") return DEFAULT;
  const match = SOCKET.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 0xffff) return undefined;
  return { host: match[1]?.replace(/^\[|\]$/g, "") ?? DEFAULT.host, port };
}
