import { createHash } from "node:crypto";
import { AV_LOG_QUIET } from "node-av/constants";
import { Log } from "node-av/lib";
import { H264Decoder } from "../../test/support/h264-decoder.ts";

/**
 * What a real decoder makes of the units, in their order: a digest of each picture, or `failed`. A unit whose
 * predecessors are missing is often decoded without a complaint, into another picture than its encoder meant: two lists tell.
 */
export function pictureHashes(
  units: readonly { readonly sequence: number; readonly data: Uint8Array }[],
): Map<number, string> {
  // Its complaints are counted, not printed.
  Log.setLevel(AV_LOG_QUIET);
  const hashes = new Map<number, string>();
  const decoder = new H264Decoder();
  for (const { sequence, data } of units) {
    try {
      const picture = decoder.decode(data);
      hashes.set(sequence, picture === undefined ? "held" : createHash("sha1").update(picture.luma).digest("hex"));
    } catch {
      hashes.set(sequence, "failed");
    }
  }
  decoder.close();
  return hashes;
}
