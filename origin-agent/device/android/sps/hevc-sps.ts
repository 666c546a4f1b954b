import { BitReader, BitWriter, NotReadable } from "./bits.ts";
import type { SequenceParameters } from "./parameters.ts";

/** Bits of a profile and of its level (ITU-T H.265, section 7.3.3). */
const PROFILE_BITS = 88;
const LEVEL_BITS = 8;

interface Ordering {
  readonly buffered: number;
  readonly reorder: number;
  readonly latency: number;
}

/**
 * A sequence parameter set of HEVC, the two bytes of its header included, without emulation prevention: its
 * `sps_max_num_reorder_pics` becomes 0 in every layer (section 7.3.2.2.1).
 * @throws NotReadable
 */
export function readHevcSps(sps: Uint8Array): SequenceParameters {
  const reader = new BitReader(sps);
  reader.skip(16 + 4);
  const subLayers = reader.bits(3);
  reader.skip(1);
  skipProfile(reader, subLayers);
  reader.unsigned();
  const size = readSize(reader);
  for (let field = 0; field < 3; field += 1) reader.unsigned();
  const layers = reader.flag() ? subLayers + 1 : 1;
  const at = reader.position;
  const orderings = Array.from({ length: layers }, () => readOrdering(reader));
  const end = reader.position;
  if (orderings.every(({ reorder }) => reorder === 0)) return { size, rewritten: undefined };
  return { size, rewritten: rewrite(sps, at, end, orderings) };
}

function skipProfile(reader: BitReader, subLayers: number): void {
  reader.skip(PROFILE_BITS + LEVEL_BITS);
  const present = Array.from({ length: subLayers }, () => [reader.flag(), reader.flag()] as const);
  if (subLayers > 0) reader.skip(2 * (8 - subLayers));
  for (const [profile, level] of present) reader.skip((profile ? PROFILE_BITS : 0) + (level ? LEVEL_BITS : 0));
}

function readSize(reader: BitReader): SequenceParameters["size"] {
  const chroma = reader.unsigned();
  if (chroma > 3) throw new NotReadable();
  if (chroma === 3) reader.skip(1);
  const width = reader.unsigned();
  const height = reader.unsigned();
  if (!reader.flag()) return { width, height };
  const [left, right, top, bottom] = [reader.unsigned(), reader.unsigned(), reader.unsigned(), reader.unsigned()];
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = chroma === 1 ? 2 : 1;
  return { width: width - (left + right) * unitX, height: height - (top + bottom) * unitY };
}

function readOrdering(reader: BitReader): Ordering {
  return { buffered: reader.unsigned(), reorder: reader.unsigned(), latency: reader.unsigned() };
}

function rewrite(sps: Uint8Array, at: number, end: number, orderings: readonly Ordering[]): Uint8Array {
  const writer = new BitWriter();
  writer.copy(sps, 0, at);
  for (const { buffered, latency } of orderings) {
    writer.unsigned(buffered);
    writer.unsigned(0);
    writer.unsigned(latency);
  }
  writer.copy(sps, end, lastBit(sps));
  return writer.finish();
}

/** Where the stop bit stands. */
function lastBit(sps: Uint8Array): number {
  for (let at = sps.length * 8 - 1; at >= 0; at -= 1) {
    if ((((sps[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1) return at;
  }
  throw new NotReadable();
}
