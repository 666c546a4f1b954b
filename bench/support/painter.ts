import { createCanvas } from "@napi-rs/canvas";
import { createVideoEncoder } from "../../origin-agent/encode/index.ts";
import { FRAME_RATE, noise } from "./stream.ts";

/** Makes the payload of the next picture, of so many bytes. */
export interface Painter {
  paint(bytes: number, keyframe: boolean): Promise<Uint8Array>;
  close(): void;
}

export const noisePainter: Painter = { paint: async (bytes) => noise(bytes), close: () => {} };

const SMALL_WIDTH = 144;
const SMALL_HEIGHT = 256;
/** Far below what the stream is filled up to. */
const SMALL_BITRATE = 100_000;
/** Of a NAL unit of filler data (H.264, 7.4.2.7): its start code, its type, and the bit that ends it. */
const FILLER_FRAME_BYTES = 6;
const FILLER_NAL = 12;

/**
 * Real H.264, so that a real decoder can judge what arrives: small moving pictures, each filled up to its size with the
 * filler that the standard has for it. A full encoder would use up the processor that the relay is measured on.
 */
export function h264Painter(): Painter {
  const encoder = createVideoEncoder({
    width: SMALL_WIDTH,
    height: SMALL_HEIGHT,
    bitrate: SMALL_BITRATE,
    frameRate: FRAME_RATE,
  });
  const surface = createCanvas(SMALL_WIDTH, SMALL_HEIGHT);
  const canvas = surface.getContext("2d");
  let step = 0;
  return {
    paint: async (bytes, keyframe) => {
      step += 1;
      canvas.fillStyle = `hsl(${(step * 7) % 360} 50% 40%)`;
      canvas.fillRect(0, 0, SMALL_WIDTH, SMALL_HEIGHT);
      canvas.fillStyle = "white";
      canvas.fillRect((step * 5) % SMALL_WIDTH, (step * 3) % SMALL_HEIGHT, 24, 24);
      const picture = { width: SMALL_WIDTH, height: SMALL_HEIGHT, pixels: surface.data() };
      const { data } = await encoder.encode(picture, { keyframe });
      return filledUp(data, bytes);
    },
    close: () => encoder.close(),
  };
}

function filledUp(data: Uint8Array, bytes: number): Uint8Array {
  if (data.length + FILLER_FRAME_BYTES > bytes) return data;
  const filled = new Uint8Array(bytes).fill(0xff);
  filled.set(data);
  filled.set([0, 0, 0, 1, FILLER_NAL], data.length);
  filled[bytes - 1] = 0x80;
  return filled;
}
