import { sequenceDistance } from "#protocol";

/** Where this agent is in the session's counting; undefined before the first welcome or display. */
export interface Numbering {
  epoch: number | undefined;
  video: number;
  audio: number;
}

/** Of the welcome: where the edge would go on counting. */
export interface Continuation {
  readonly nextEpoch: number;
  readonly nextVideo: number;
  readonly nextAudio: number;
}

const EPOCHS = 0x1_0000;

export function createNumbering(): Numbering {
  return { epoch: undefined, video: 0, audio: 0 };
}

/**
 * Go on after a welcome, `again` when this agent served the session before. The edge may lag behind what was on its
 * way when the connection broke, and may be ahead after another agent served: the higher number counts (S-4).
 * @returns what to do with the display at hand: nothing, say it again under its epoch, or begin a new epoch with it
 */
export function continueAt(numbering: Numbering, from: Continuation, again: boolean): "known" | "repeat" | "begin" {
  numbering.video = again ? higher(numbering.video, from.nextVideo) : from.nextVideo;
  numbering.audio = again ? higher(numbering.audio, from.nextAudio) : from.nextAudio;
  if (numbering.epoch !== undefined && from.nextEpoch === (numbering.epoch + 1) % EPOCHS) return "known";
  if (numbering.epoch !== undefined && from.nextEpoch === numbering.epoch) return "repeat";
  numbering.epoch = (from.nextEpoch + EPOCHS - 1) % EPOCHS;
  return "begin";
}

/** @returns the number of a new epoch */
export function beginEpoch(numbering: Numbering): number {
  numbering.epoch = numbering.epoch === undefined ? 0 : (numbering.epoch + 1) % EPOCHS;
  return numbering.epoch;
}

/** @returns the sequence of the frame that is sent now */
export function takeSequence(numbering: Numbering, kind: "video" | "audio"): number {
  const sequence = numbering[kind];
  numbering[kind] = (sequence + 1) >>> 0;
  return sequence;
}

function higher(a: number, b: number): number {
  return sequenceDistance(a, b) >= 0 ? a : b;
}
