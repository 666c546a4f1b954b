/**
 * The last keyframe and every frame that followed it, so that a joiner is served without asking the device (S-6).
 * Bounded: past the bound the whole is dropped, since a keyframe without its tail shows a picture that never was.
 */
export interface PictureCache {
  /** Whole frame messages in order, the first a keyframe; empty when there is nothing to serve from. */
  readonly frames: ArrayBuffer[];
  bytes: number;
  /** Sequence of the last frame in it; meaningless while it is empty. */
  lastSequence: number;
}

/** Half a second of a 8 Mbit/s stream; a joiner on such a link has it in half a second. */
export const MAX_CACHE_BYTES = 512 * 1024;
/** A browser decodes a 720x1280 frame in 2 to 5 ms: 60 of them in under 0.3 s. */
export const MAX_CACHE_FRAMES = 60;

export function createPictureCache(): PictureCache {
  return { frames: [], bytes: 0, lastSequence: 0 };
}

export function hasPicture(cache: PictureCache): boolean {
  return cache.frames.length > 0;
}

export function clearCache(cache: PictureCache): void {
  cache.frames.length = 0;
  cache.bytes = 0;
}

/** Begin anew at a keyframe. */
export function startCache(cache: PictureCache, sequence: number, message: ArrayBuffer): void {
  clearCache(cache);
  push(cache, sequence, message);
}

/** Add the frame that follows; drops the whole when it would go over its bounds. */
export function extendCache(cache: PictureCache, sequence: number, message: ArrayBuffer): void {
  if (!hasPicture(cache)) return;
  if (cache.frames.length >= MAX_CACHE_FRAMES || cache.bytes + message.byteLength > MAX_CACHE_BYTES) clearCache(cache);
  else push(cache, sequence, message);
}

function push(cache: PictureCache, sequence: number, message: ArrayBuffer): void {
  cache.frames.push(message);
  cache.bytes += message.byteLength;
  cache.lastSequence = sequence;
}
