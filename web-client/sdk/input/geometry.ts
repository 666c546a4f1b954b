/** All in CSS pixels of the viewport, as `clientX` and `getBoundingClientRect()` give them; browser zoom is in both. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Where on the picture: fractions of its width and height, 0 to 1. */
export interface PicturePoint {
  readonly x: number;
  readonly y: number;
  /** False over the bars beside the picture; `x` and `y` are then the nearest edge. */
  readonly inside: boolean;
}

/** The largest box of the picture's shape, centred in `box`: what CSS calls `object-fit: contain`. */
export function fitPicture(box: Box, picture: Size): Box {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2, width, height };
}

/** A point of the page as a place of the picture; undefined while there is no area to point at. */
export function toPicture(point: Point, box: Box, picture: Size): PicturePoint | undefined {
  const fitted = fitPicture(box, picture);
  if (!(fitted.width > 0 && fitted.height > 0)) return undefined;
  const x = (point.x - fitted.left) / fitted.width;
  const y = (point.y - fitted.top) / fitted.height;
  return { x: clamp(x), y: clamp(y), inside: x >= 0 && x <= 1 && y >= 0 && y <= 1 };
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}
