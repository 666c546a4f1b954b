import { createHash } from "node:crypto";
import type { ServerProgram } from "./scrcpy/server-program.ts";
import { SERVER } from "./scrcpy/server-version.ts";

/** Which program is started in devices. */
export interface KnownServer {
  readonly version: string;
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
}

/**
 * The program out of the file's bytes: it runs in devices with the rights of a shell, so that nothing but the very file that was
 * published is started.
 * @throws Error in words for the host's operator
 */
export function serverProgram(bytes: Uint8Array, known: KnownServer = SERVER): ServerProgram {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 === known.sha256) return { version: known.version, bytes };
  throw new Error(
    `this is not scrcpy-server ${known.version}: its SHA-256 is ${sha256}, that of the published file ${known.sha256}`,
  );
}
