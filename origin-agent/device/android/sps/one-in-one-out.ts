import { NotReadable } from "./bits.ts";
import { readH264Sps } from "./h264-sps.ts";
import { readHevcSps } from "./hevc-sps.ts";
import { nalUnits, withoutPrevention, withPrevention } from "./nal-units.ts";
import type { SequenceParameters } from "./parameters.ts";

/** Codecs whose parameter sets are understood. */
export type SpsCodec = "h264" | "hevc";

/** Decoder configuration as the viewers get it. */
export interface Configuration {
  /** The very bytes that were given, unless a parameter set had to be rewritten. */
  readonly data: Uint8Array;
  /** Pixels that are shown; undefined when no parameter set could be read. */
  readonly size: SequenceParameters["size"] | undefined;
}

const H264_SPS = 7;
const HEVC_SPS = 33;
const START_CODE = [0, 0, 0, 1] as const;

/**
 * Decoder configuration in Annex B, so that each picture comes out of a decoder as soon as it went in. A decoder that
 * is told nothing holds back as many pictures as it could have to reorder, up to 16, and an encoder in a phone often tells
 * nothing. Never throws: what cannot be read is left as it is.
 */
export function oneInOneOut(codec: SpsCodec, data: Uint8Array): Configuration {
  const parts: Uint8Array[] = [];
  let size: SequenceParameters["size"] | undefined;
  let changed = false;
  for (const { start, end } of nalUnits(data)) {
    const unit = data.subarray(start, end);
    const read = isSps(codec, unit) ? readSps(codec, unit) : undefined;
    size ??= read?.size;
    changed ||= read?.rewritten !== undefined;
    parts.push(read?.rewritten === undefined ? unit : withPrevention(read.rewritten));
  }
  return { data: changed ? joined(parts) : data, size };
}

/** Whether an Annex B access unit brings its own parameter set. Looks at its first NAL units only. */
export function beginsWithSps(codec: SpsCodec, data: Uint8Array): boolean {
  return nalUnits(data.subarray(0, LOOK_AT)).some(({ start }) => isSps(codec, data.subarray(start)));
}

/** An access unit delimiter, a VPS and the start codes lie before an SPS, if there is one. */
const LOOK_AT = 128;

function isSps(codec: SpsCodec, unit: Uint8Array): boolean {
  const first = unit[0];
  if (first === undefined) return false;
  return codec === "h264" ? (first & 0x1f) === H264_SPS : ((first >> 1) & 0x3f) === HEVC_SPS;
}

function readSps(codec: SpsCodec, unit: Uint8Array): SequenceParameters | undefined {
  try {
    const read = codec === "h264" ? readH264Sps(withoutPrevention(unit)) : readHevcSps(withoutPrevention(unit));
    return read.size.width > 0 && read.size.height > 0 ? read : undefined;
  } catch (error) {
    if (error instanceof NotReadable) return undefined;
    throw error;
  }
}

function joined(units: readonly Uint8Array[]): Uint8Array {
  const length = units.reduce((sum, unit) => sum + START_CODE.length + unit.length, 0);
  const data = new Uint8Array(length);
  let at = 0;
  for (const unit of units) {
    data.set(START_CODE, at);
    data.set(unit, at + START_CODE.length);
    at += START_CODE.length + unit.length;
  }
  return data;
}
