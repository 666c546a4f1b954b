import { sequenceDistance } from "#protocol";

/**
 * How far a decoder can have come with what has arrived: the last frame of which all are here since a keyframe.
 * @param last the same before this frame; undefined while a keyframe is awaited
 */
export function unbrokenAfter(
  last: number | undefined,
  frame: { readonly keyframe: boolean; readonly sequence: number },
): number | undefined {
  const follows = last !== undefined && sequenceDistance(frame.sequence, last) === 1;
  return frame.keyframe || follows ? frame.sequence : undefined;
}
