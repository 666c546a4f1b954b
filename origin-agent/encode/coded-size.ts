export interface CodedSize {
  readonly width: number;
  readonly height: number;
}

/** One macroblock: smaller pictures show nothing, and not every decoder takes them. */
const MIN_SIDE = 16;

/**
 * The size that a picture is encoded in when its longer side may have `maxSide` pixels: the same shape, never larger
 * than it is, and even, as 4:2:0 wants it.
 */
export function codedSize({ width, height }: CodedSize, maxSide: number | undefined): CodedSize {
  const longer = Math.max(width, height);
  if (maxSide === undefined || maxSide >= longer) return { width, height };
  const bound = 2 * Math.floor(maxSide / 2);
  const scaled = (side: number) => Math.min(side, Math.max(MIN_SIDE, 2 * Math.round((side * bound) / longer / 2)));
  return { width: scaled(width), height: scaled(height) };
}
