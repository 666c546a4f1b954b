/**
 * When the picture froze, as W3C has it ("Identifiers for WebRTC's Statistics API", `freezeCount`): a picture stood for
 * at least max(3 x average, average + 150 ms), where the average is of the last 30. That a device shows nothing new for a
 * while is no freeze, and W3C's words, made for cameras, would count it: a picture that follows the one before directly
 * (docs/protocol.md, Q-2) is charged only with what it came later than that.
 */
export interface Freezes {
  count: number;
  totalMs: number;
  /** How long each of the last pictures stood, milliseconds, the device's own pauses taken out. */
  readonly stood: number[];
  last: ShownPicture | undefined;
}

/** Times are microseconds: `capturedAt` the session's, `paintedAt` local. */
export interface ShownPicture {
  readonly keyframe: boolean;
  readonly epoch: number;
  readonly sequence: number;
  readonly capturedAtMicros: number;
  readonly paintedAtMicros: number;
}

const AVERAGED_PICTURES = 30;
/** An average of fewer says too little (libwebrtc waits for as many). */
const MIN_PICTURES = 5;
const MARGIN_MS = 150;
/** Before there is an average: what takes a device longer than this is a pause of its own. */
const SLOW_PICTURES_MS = 100;

export function createFreezes(): Freezes {
  return { count: 0, totalMs: 0, stood: [], last: undefined };
}

/** A picture came onto the canvas: the one before stood until now. */
export function notePainted(freezes: Freezes, picture: ShownPicture): void {
  const { stood, last } = freezes;
  freezes.last = picture;
  if (last === undefined) return;
  const average = stood.length < MIN_PICTURES ? undefined : stood.reduce((sum, ms) => sum + ms, 0) / stood.length;
  const ms =
    (picture.paintedAtMicros - last.paintedAtMicros) / 1_000 - pauseMs(last, picture, average ?? SLOW_PICTURES_MS);
  if (average !== undefined && ms >= Math.max(3 * average, average + MARGIN_MS)) {
    freezes.count += 1;
    freezes.totalMs += ms;
  }
  stood.push(ms);
  if (stood.length > AVERAGED_PICTURES) stood.shift();
}

/** How much longer than usual the device itself took for this picture. */
function pauseMs(last: ShownPicture, picture: ShownPicture, usualMs: number): number {
  const follows = picture.sequence === (last.sequence + 1) >>> 0;
  // A keyframe of the same geometry may stand for pictures that were skipped on the way: nobody can tell from here.
  if (!follows || (picture.keyframe && picture.epoch === last.epoch)) return 0;
  return Math.max(0, (picture.capturedAtMicros - last.capturedAtMicros) / 1_000 - usualMs);
}
