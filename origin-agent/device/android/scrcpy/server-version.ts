import type { Framing } from "./framing.ts";
import { framing3 } from "./framing-3.ts";
import { framing4 } from "./framing-4.ts";

/**
 * The server that this agent starts. The digest is the one that the project publishes with the release
 * (SHA256SUMS.txt at https://github.com/Genymobile/scrcpy/releases/tag/v3.3.4, asset scrcpy-server-v3.3.4, 90980 bytes).
 */
export const SERVER = {
  version: "3.3.4",
  sha256: "8588238c9a5a00aa542906b6ec7e6d5541d9ffb9b5d0f6e1bc0e365e2303079e",
} as const;

/** How a server of that version frames its media. @throws RangeError for a version of no known line */
export function framingOf(version: string): Framing {
  if (version.startsWith("3.")) return framing3;
  if (version.startsWith("4.")) return framing4;
  throw new RangeError(`scrcpy ${version} is of no line that is known here`);
}
