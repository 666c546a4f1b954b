import { BitReader, BitWriter, NotReadable } from "./bits.ts";
import type { SequenceParameters } from "./parameters.ts";

/** Profiles whose parameter sets speak of chroma and scaling (ITU-T H.264, section 7.3.2.1.1). */
const WITH_CHROMA: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const EXTENDED_ASPECT_RATIO = 255;
const MAX_CPBS = 32;
/** Frames that a decoder can have to hold at most (section A.3.1). */
const MAX_FRAMES = 16;

/** The bounds that stand in for those of a stream that names none: no limit (section E.2.1). */
const NO_LIMITS = { bytesDenominator: 2, bitsDenominator: 1, motionLength: 16 } as const;

interface Restriction {
  readonly reorderFrames: number;
  readonly bufferedFrames: number;
}

/**
 * A sequence parameter set of H.264, the byte of its type included, without emulation prevention. The rewritten one says that
 * pictures come out in the order they go in, so that a decoder need not wait for later ones.
 * @throws NotReadable
 */
export function readH264Sps(sps: Uint8Array): SequenceParameters {
  const reader = new BitReader(sps);
  reader.skip(8);
  const profile = reader.bits(8);
  reader.skip(16);
  reader.unsigned();
  const chroma = WITH_CHROMA.has(profile) ? readChroma(reader) : 1;
  reader.unsigned();
  readPictureOrder(reader);
  const references = reader.unsigned();
  if (references > MAX_FRAMES) throw new NotReadable();
  reader.skip(1);
  const size = readSize(reader, chroma);
  const vuiAt = reader.position;
  const rest = reader.flag() ? readVui(reader) : { at: reader.position, restriction: undefined };
  if (!reader.atTrailingBits()) throw new NotReadable();
  return { size, rewritten: rewrite(sps, vuiAt, rest, references) };
}

/** @returns chroma_format_idc */
function readChroma(reader: BitReader): number {
  const chroma = reader.unsigned();
  if (chroma > 3) throw new NotReadable();
  if (chroma === 3) reader.skip(1);
  reader.unsigned();
  reader.unsigned();
  reader.skip(1);
  if (!reader.flag()) return chroma;
  for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1)
    if (reader.flag()) skipScalingList(reader, list < 6 ? 16 : 64);
  return chroma;
}

/** Section 7.3.2.1.1.1. */
function skipScalingList(reader: BitReader, size: number): void {
  let last = 8;
  for (let index = 0; index < size; index += 1) {
    const next = (last + reader.signed() + 256) % 256;
    if (next === 0) return;
    last = next;
  }
}

function readPictureOrder(reader: BitReader): void {
  const type = reader.unsigned();
  if (type > 2) throw new NotReadable();
  if (type === 0) reader.unsigned();
  if (type !== 1) return;
  reader.skip(1);
  reader.signed();
  reader.signed();
  const cycle = reader.unsigned();
  if (cycle > 255) throw new NotReadable();
  for (let index = 0; index < cycle; index += 1) reader.signed();
}

function readSize(reader: BitReader, chroma: number): SequenceParameters["size"] {
  const widthInBlocks = reader.unsigned() + 1;
  const heightInUnits = reader.unsigned() + 1;
  const framesOnly = reader.flag();
  if (!framesOnly) reader.skip(1);
  reader.skip(1);
  const crop = reader.flag()
    ? [reader.unsigned(), reader.unsigned(), reader.unsigned(), reader.unsigned()]
    : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * (framesOnly ? 1 : 2);
  return {
    width: widthInBlocks * 16 - (left + right) * unitX,
    height: heightInUnits * 16 * (framesOnly ? 1 : 2) - (top + bottom) * unitY,
  };
}

/** Section E.1.1. @returns where the flag of the restriction stands, and what it says */
function readVui(reader: BitReader): { at: number; restriction: Restriction | undefined } {
  if (reader.flag() && reader.bits(8) === EXTENDED_ASPECT_RATIO) reader.skip(32);
  if (reader.flag()) reader.skip(1);
  if (reader.flag()) {
    reader.skip(4);
    if (reader.flag()) reader.skip(24);
  }
  if (reader.flag()) {
    reader.unsigned();
    reader.unsigned();
  }
  if (reader.flag()) reader.skip(65);
  const nal = reader.flag();
  if (nal) skipHrd(reader);
  const vcl = reader.flag();
  if (vcl) skipHrd(reader);
  if (nal || vcl) reader.skip(1);
  reader.skip(1);
  const at = reader.position;
  if (!reader.flag()) return { at, restriction: undefined };
  reader.skip(1);
  for (let field = 0; field < 4; field += 1) reader.unsigned();
  return { at, restriction: { reorderFrames: reader.unsigned(), bufferedFrames: reader.unsigned() } };
}

/** Section E.1.2. */
function skipHrd(reader: BitReader): void {
  const cpbs = reader.unsigned() + 1;
  if (cpbs > MAX_CPBS) throw new NotReadable();
  reader.skip(8);
  for (let index = 0; index < cpbs; index += 1) {
    reader.unsigned();
    reader.unsigned();
    reader.skip(1);
  }
  reader.skip(20);
}

/** @returns undefined when it says already what it should */
function rewrite(
  sps: Uint8Array,
  vuiAt: number,
  rest: { at: number; restriction: Restriction | undefined },
  references: number,
): Uint8Array | undefined {
  const { at, restriction } = rest;
  if (restriction?.reorderFrames === 0 && restriction.bufferedFrames <= references) return undefined;
  const writer = new BitWriter();
  const hasVui = at !== vuiAt + 1;
  writer.copy(sps, 0, hasVui ? at : vuiAt);
  if (!hasVui) {
    writer.bit(1);
    // Aspect, overscan, signal, chroma place, timing, both HRDs, picture structure: none of them.
    for (let flag = 0; flag < 8; flag += 1) writer.bit(0);
  }
  writer.bit(1);
  if (restriction === undefined) {
    writer.bit(1);
    writer.unsigned(NO_LIMITS.bytesDenominator);
    writer.unsigned(NO_LIMITS.bitsDenominator);
    writer.unsigned(NO_LIMITS.motionLength);
    writer.unsigned(NO_LIMITS.motionLength);
  } else {
    copyLimits(sps, at, writer);
  }
  writer.unsigned(0);
  writer.unsigned(references);
  return writer.finish();
}

/** What the encoder promised besides stays promised. */
function copyLimits(sps: Uint8Array, at: number, writer: BitWriter): void {
  const reader = new BitReader(sps);
  reader.skip(at + 2);
  for (let field = 0; field < 4; field += 1) reader.unsigned();
  writer.copy(sps, at + 1, reader.position);
}
