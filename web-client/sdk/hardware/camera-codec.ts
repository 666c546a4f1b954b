import type { CameraCodec, WantOf } from "#protocol";
import { SourceError } from "./source.ts";

export interface CameraSize {
  readonly width: number;
  readonly height: number;
}

export interface CameraEncoding {
  readonly name: CameraCodec;
  configure(size: CameraSize): VideoEncoderConfig;
}

/** Of H.264 level 3.0 (table A-1): pixels of a picture, and pixels a second. */
const LEVEL_3_PIXELS = 1_620 * 256;
const LEVEL_3_RATE = 40_500 * 256;
/** What a face in front of a wall needs to be seen well. */
const BITS_PER_PIXEL = 0.15;
const MAX_BITRATE = 2_500_000;

/**
 * H.264 where the browser encodes it, else VP8.
 * @throws SourceError unsupported
 */
export async function chooseEncoding(want: WantOf<"camera">): Promise<CameraEncoding> {
  if (typeof VideoEncoder === "undefined") throw new SourceError("unsupported");
  for (const name of ["h264", "vp8"] as const) {
    const encoding = { name, configure: (size: CameraSize) => configuration(name, size, want.frameRate) };
    const support = await VideoEncoder.isConfigSupported(encoding.configure(want)).catch(() => undefined);
    if (support?.supported === true) return encoding;
  }
  throw new SourceError("unsupported");
}

function configuration(name: CameraCodec, { width, height }: CameraSize, frameRate: number): VideoEncoderConfig {
  const pixels = width * height;
  const small = pixels <= LEVEL_3_PIXELS && pixels * frameRate <= LEVEL_3_RATE;
  return {
    width,
    height,
    framerate: frameRate,
    bitrate: Math.min(MAX_BITRATE, Math.round(pixels * frameRate * BITS_PER_PIXEL)),
    latencyMode: "realtime",
    // Constrained baseline: no picture waits for another.
    ...(name === "vp8"
      ? { codec: "vp8" }
      : { codec: small ? "avc1.42e01e" : "avc1.42e01f", avc: { format: "annexb" } }),
  };
}

/** As large as the camera's picture allows within what is wanted, in its shape, with even sides. */
export function sizeWithin(picture: CameraSize, want: CameraSize): CameraSize {
  const longer = Math.max(want.width, want.height);
  const shorter = Math.min(want.width, want.height);
  const [side, across] = [Math.max(picture.width, picture.height), Math.min(picture.width, picture.height)];
  const scale = Math.min(1, longer / side, shorter / across);
  const even = (length: number) => Math.max(2, 2 * Math.round((length * scale) / 2));
  return { width: even(picture.width), height: even(picture.height) };
}
