import { sequenceDistance } from "#protocol";

/**
 * The last keyframe and every frame that followed it, so that a joiner is served without asking the device (S-6). Bounded:
 * past the bound the oldest go. What is left shows nothing to a joiner, and is for whoever has all before it.
 */
export interface PictureCache {
  /** Whole frame messages in order, each following the one before; empty when there is nothing to serve from. */
  readonly frames: ArrayBuffer[];
  bytes: number;
  /** Sequence of the last frame in it; meaningless while it is empty. */
  lastSequence: number;
  /** Its first frame is the last keyframe: a picture can be made of it. */
  whole: boolean;
  /** What the last keyframe weighed, whether or not it is still here. */
  keyframeBytes: number;
}

/** Half a second of a 8 Mbit/s stream; a joiner on such a link has it in half a second. */
export const MAX_CACHE_BYTES = 512 * 1024;
/** A browser decodes a 720x1280 frame in 2 to 5 ms: 60 of them in under 0.3 s. */
export const MAX_CACHE_FRAMES = 60;

export function createPictureCache(): PictureCache {
  return { frames: [], bytes: 0, lastSequence: 0, whole: false, keyframeBytes: 0 };
}

/** Whether a joiner can be served from it. */
export function hasPicture(cache: PictureCache): boolean {
  return cache.whole && cache.frames.length > 0;
}

export function clearCache(cache: PictureCache): void {
  cache.frames.length = 0;
  cache.bytes = 0;
  cache.whole = false;
}

/** Begin anew at a keyframe. */
export function startCache(cache: PictureCache, sequence: number, message: ArrayBuffer): void {
  clearCache(cache);
  cache.whole = true;
  cache.keyframeBytes = message.byteLength;
  push(cache, sequence, message);
}

/** Add the frame that follows. When it would go over its bounds the oldest make room, the keyframe first. */
export function extendCache(cache: PictureCache, sequence: number, message: ArrayBuffer): void {
  const { frames } = cache;
  while (
    frames.length >= MAX_CACHE_FRAMES ||
    (frames.length > 0 && cache.bytes + message.byteLength > MAX_CACHE_BYTES)
  ) {
    cache.bytes -= frames.shift()?.byteLength ?? 0;
    cache.whole = false;
  }
  push(cache, sequence, message);
}

/** Which of its frames follows this one: all when it ends there, undefined when something between is not here. */
export function firstAfter(cache: PictureCache, sequence: number): number | undefined {
  if (cache.frames.length === 0) return undefined;
  const following = sequenceDistance(cache.lastSequence, sequence);
  return following < 0 || following > cache.frames.length ? undefined : cache.frames.length - following;
}

function push(cache: PictureCache, sequence: number, message: ArrayBuffer): void {
  cache.frames.push(message);
  cache.bytes += message.byteLength;
  cache.lastSequence = sequence;
}
