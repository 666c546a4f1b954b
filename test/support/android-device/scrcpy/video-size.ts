import type { Size } from "../system/screen.ts";

/** What a display is encoded in: no longer than the client allows, in steps that the encoder takes. */
export function videoSize(display: Size, maxSize: number, majorVersion: number): Size {
  const portrait = display.height > display.width;
  let [major, minor] = portrait ? [display.height, display.width] : [display.width, display.height];
  if (maxSize > 0 && major > maxSize) {
    minor = Math.trunc((maxSize * minor) / major);
    major = maxSize;
  }
  // 3.x rounds to 8 for all encoders, 4.x to what the encoder asks for: 2, as most do.
  const step = majorVersion < 4 ? 8 : 2;
  const longer = major - (major % step);
  const shorter = Math.min(longer, Math.trunc((minor + step / 2) / step) * step);
  return portrait ? { width: shorter, height: longer } : { width: longer, height: shorter };
}
