import type { Frame } from "node-av/lib";
import type { CodedSize } from "./coded-size.ts";
import { present } from "./libav.ts";

/** Of limited range. */
const BLACK = { luma: 16, chroma: 128 } as const;

/** The largest picture of this shape that fits, with even sides as 4:2:0 wants them. */
export function fitted(shape: CodedSize, into: CodedSize): CodedSize {
  const scale = Math.min(into.width / shape.width, into.height / shape.height);
  const even = (side: number, most: number) => Math.min(most, Math.max(2, 2 * Math.round((side * scale) / 2)));
  return { width: even(shape.width, into.width), height: even(shape.height, into.height) };
}

/** A black picture: three planes, one behind the other, without padding. */
export function blackPicture({ width, height }: CodedSize): Uint8Array<ArrayBuffer> {
  const pixels = width * height;
  return new Uint8Array((pixels * 3) / 2).fill(BLACK.luma, 0, pixels).fill(BLACK.chroma, pixels);
}

/** A frame of yuv420p in the middle of a black picture of this size; belongs to the receiver. */
export function centred(frame: Frame, size: CodedSize): Uint8Array<ArrayBuffer> {
  const picture = blackPicture(size);
  let offset = 0;
  for (const [plane, divisor] of [1, 2, 2].entries()) {
    const rows = present(frame.data?.[plane], "the memory of a picture");
    const stride = present(frame.linesize[plane], "the row size of a picture");
    const [width, height] = [size.width / divisor, size.height / divisor];
    const [rowBytes, count] = [frame.width / divisor, frame.height / divisor];
    const [left, top] = [Math.floor((width - rowBytes) / 2), Math.floor((height - count) / 2)];
    for (let row = 0; row < count; row += 1)
      picture.set(rows.subarray(row * stride, row * stride + rowBytes), offset + (top + row) * width + left);
    offset += width * height;
  }
  return picture;
}
