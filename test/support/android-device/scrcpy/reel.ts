import { createVideoEncoder } from "../../../../origin-agent/encode/index.ts";
import type { Size } from "../system/screen.ts";
import { divided } from "./access-unit.ts";

/** One second of moving pictures, encoded beforehand: it begins with a keyframe, so that it can be shown over and over. */
interface Reel {
  readonly config: Uint8Array;
  readonly slices: readonly Uint8Array[];
}

interface ReelOptions {
  readonly drawn: Size;
  readonly coded: Size;
  readonly bitrate: number;
  readonly frameRate: number;
}

/** Reels by what was asked for: many devices in one program show the same one. */
const reels = new Map<string, Promise<Reel>>();

/** For measurements: playing costs next to nothing, where encoding would take the processor from what is measured. */
export function reelOf(options: ReelOptions): Promise<Reel> {
  const key = JSON.stringify(options);
  const reel = reels.get(key) ?? encode(options);
  reels.set(key, reel);
  return reel;
}

async function encode({ drawn, coded, bitrate, frameRate }: ReelOptions): Promise<Reel> {
  const encoder = createVideoEncoder({ ...drawn, coded, bitrate, frameRate });
  const words = new Uint32Array(drawn.width * drawn.height);
  const pixels = new Uint8Array(words.buffer);
  const slices: Uint8Array[] = [];
  let config: Uint8Array = new Uint8Array();
  try {
    for (let at = 0; at < frameRate; at += 1) {
      scroll(words, drawn, Math.round((at * drawn.height) / frameRate));
      const unit = divided((await encoder.encode({ ...drawn, pixels }, { keyframe: at === 0 })).data);
      if (at === 0) config = unit.config;
      slices.push(unit.slices);
    }
  } finally {
    encoder.close();
  }
  return { config, slices };
}

const LINE_PIXELS = 12;

/** What a page of text looks like to an encoder: lines of short dark strokes on white, moved up. */
function scroll(words: Uint32Array, { width, height }: Size, by: number): void {
  words.fill(0xffff_ffff);
  for (let row = 0; row < height; row += 1) {
    const y = (row + by) % height;
    const line = Math.floor(y / LINE_PIXELS);
    if (y % LINE_PIXELS > 6) continue;
    for (let x = 8; x < width - 8; x += 1) {
      if (((x * 7 + line * 131) % 23) + ((y * 3) % 5) > 17) words[row * width + x] = 0xff30_2820;
    }
  }
}
