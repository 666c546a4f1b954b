import { createVideoEncoder, type EncodedPicture } from "../../origin-agent/encode/index.ts";

export type Colour = readonly [red: number, green: number, blue: number];

/** One access unit for each colour, of pictures that are that colour all over; the first is a keyframe. */
export async function encodeColours(
  size: { readonly width: number; readonly height: number },
  colours: readonly Colour[],
): Promise<EncodedPicture[]> {
  const encoder = createVideoEncoder({ ...size, bitrate: 2_000_000, frameRate: 30 });
  const units: EncodedPicture[] = [];
  try {
    for (const colour of colours) {
      const pixels = new Uint8Array(size.width * size.height * 4);
      for (let at = 0; at < pixels.length; at += 4) pixels.set([...colour, 255], at);
      units.push(await encoder.encode({ ...size, pixels }, { keyframe: units.length === 0 }));
    }
  } finally {
    encoder.close();
  }
  return units;
}
