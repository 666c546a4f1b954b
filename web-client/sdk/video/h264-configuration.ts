const NAL_TYPE_SPS = 7;

/** What a decoder is configured by: of two units with equal `sps` one configuration takes both. */
export interface H264Configuration {
  /** `avc1.` and the first three bytes of the SPS in hex (RFC 6381 section 3.3; ITU-T H.264 7.3.2.1.1). */
  readonly codec: string;
  /** The whole SPS in hex: the coded size stands in it. */
  readonly sps: string;
}

/** Of an H.264 access unit in Annex B that begins with its parameter sets. Undefined when there is no SPS. */
export function h264Configuration(data: Uint8Array): H264Configuration | undefined {
  for (let at = 0; at + 6 < data.length; at++) {
    if (!startsAt(data, at) || ((data[at + 3] ?? 0) & 0x1f) !== NAL_TYPE_SPS) continue;
    // No emulation prevention byte can stand here: the profile before them is never 0.
    const [profile = 0, constraints = 0, level = 0] = data.subarray(at + 4, at + 7);
    let end = at + 7;
    while (end < data.length && !startsAt(data, end)) end++;
    // The first byte of a longer start code; an SPS ends with a bit that is set.
    while (data[end - 1] === 0) end--;
    const sps = Array.from(data.subarray(at + 3, end), hex).join("");
    return { codec: `avc1.${hex(profile)}${hex(constraints)}${hex(level)}`, sps };
  }
  return undefined;
}

function startsAt(data: Uint8Array, at: number): boolean {
  return data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0").toUpperCase();
}
