/** Reading H.264 as ITU-T H.264 writes it; only what the tests ask about. */

export const NAL = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8 } as const;

/** The NAL units of an access unit in Annex B, without their start codes. */
export function nalUnits(data: Uint8Array): Uint8Array[] {
  const starts: { readonly code: number; readonly payload: number }[] = [];
  for (let at = 0; at + 3 <= data.length; at += 1) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 1) continue;
    starts.push({ code: at > 0 && data[at - 1] === 0 ? at - 1 : at, payload: at + 3 });
    at += 2;
  }
  return starts.map(({ payload }, index) => data.subarray(payload, starts[index + 1]?.code ?? data.length));
}

export function nalTypes(data: Uint8Array): number[] {
  return nalUnits(data).map((nal) => (nal[0] ?? 0) & 0x1f);
}

export interface SpsFacts {
  readonly profile: number;
  readonly level: number;
  readonly maxReorderFrames: number | undefined;
  readonly maxDecodedBuffered: number | undefined;
  /** colour_primaries, transfer_characteristics, matrix_coefficients and the full range flag, when present. */
  readonly colour: { readonly fullRange: boolean; readonly codes: readonly [number, number, number] } | undefined;
}

/** Section 7.3.2.1.1 and annex E of the standard, for the High profile and 4:2:0. */
export function readSps(nal: Uint8Array): SpsFacts {
  const bits = new Bits(withoutEmulation(nal.subarray(1)));
  const profile = bits.read(8);
  bits.read(8);
  const level = bits.read(8);
  bits.exp();
  if (profile === 100) {
    if (bits.exp() !== 1) throw new Error("not 4:2:0");
    bits.exp();
    bits.exp();
    bits.read(1);
    if (bits.read(1) === 1) throw new Error("scaling lists are not read");
  }
  bits.exp();
  const countType = bits.exp();
  if (countType === 0) bits.exp();
  else if (countType === 1) throw new Error("picture order count of type 1 is not read");
  bits.exp();
  bits.read(1);
  bits.exp();
  bits.exp();
  if (bits.read(1) === 0) bits.read(1);
  bits.read(1);
  if (bits.read(1) === 1) for (let edge = 0; edge < 4; edge += 1) bits.exp();
  if (bits.read(1) === 0)
    return { profile, level, maxReorderFrames: undefined, maxDecodedBuffered: undefined, colour: undefined };
  return { profile, level, ...readVui(bits) };
}

function readVui(bits: Bits): Pick<SpsFacts, "colour" | "maxReorderFrames" | "maxDecodedBuffered"> {
  if (bits.read(1) === 1 && bits.read(8) === 255) bits.read(32);
  if (bits.read(1) === 1) bits.read(1);
  let colour: SpsFacts["colour"];
  if (bits.read(1) === 1) {
    bits.read(3);
    const fullRange = bits.read(1) === 1;
    if (bits.read(1) === 1) colour = { fullRange, codes: [bits.read(8), bits.read(8), bits.read(8)] };
  }
  if (bits.read(1) === 1) {
    bits.exp();
    bits.exp();
  }
  if (bits.read(1) === 1) bits.read(65);
  const [nalHrd, vclHrd] = [bits.read(1), bits.read(1)];
  if (nalHrd === 1 || vclHrd === 1) throw new Error("HRD parameters are not read");
  bits.read(1);
  if (bits.read(1) === 0) return { colour, maxReorderFrames: undefined, maxDecodedBuffered: undefined };
  bits.read(1);
  for (let field = 0; field < 4; field += 1) bits.exp();
  return { colour, maxReorderFrames: bits.exp(), maxDecodedBuffered: bits.exp() };
}

function withoutEmulation(nal: Uint8Array): Uint8Array {
  return nal.filter((byte, at) => !(byte === 3 && nal[at - 1] === 0 && nal[at - 2] === 0));
}

class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new Error("the SPS ends early");
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  exp(): number {
    let zeros = 0;
    while (this.read(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + this.read(zeros);
  }
}
