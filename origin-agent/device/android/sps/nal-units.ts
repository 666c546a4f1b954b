/** Where one NAL unit lies in an Annex B stream: behind its start code, up to the next. */
export interface NalUnit {
  readonly start: number;
  readonly end: number;
}

/** The NAL units of a short Annex B stream (ITU-T H.264, annex B). Zeros before a start code belong to the start code. */
export function nalUnits(stream: Uint8Array): NalUnit[] {
  const units: NalUnit[] = [];
  let start: number | undefined;
  for (let at = 0; at + 2 < stream.length; at += 1) {
    if (stream[at] !== 0 || stream[at + 1] !== 0 || stream[at + 2] !== 1) continue;
    if (start !== undefined) units.push({ start, end: withoutZeros(stream, start, at) });
    start = at + 3;
    at += 2;
  }
  if (start !== undefined) units.push({ start, end: withoutZeros(stream, start, stream.length) });
  return units;
}

/** No NAL unit ends in a zero (section 7.4.1). */
function withoutZeros(stream: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && stream[last - 1] === 0) last -= 1;
  return last;
}

/** The payload without its emulation prevention bytes: the 3 of every 00 00 03 (section 7.4.1.1). */
export function withoutPrevention(escaped: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let zeros = 0;
  for (const byte of escaped) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** The other way. */
export function withPrevention(payload: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let zeros = 0;
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
