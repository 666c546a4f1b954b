/** What the origin was told to keep to (W-7). */
export interface Target {
  /** Bits a second; undefined as long as nothing was said. */
  bitrate: number | undefined;
  frameRate: number;
  small: boolean;
  toldAt: number;
  /** Since when the bitrate asks for another size. */
  sizeSince: number | undefined;
}

/** As many pictures a second as a screen shows. */
export const FULL_FRAME_RATE = 60;

export function createTarget(): Target {
  return { bitrate: undefined, frameRate: FULL_FRAME_RATE, small: false, toldAt: 0, sizeSince: undefined };
}
