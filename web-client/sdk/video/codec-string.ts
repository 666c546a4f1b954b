const NAL_TYPE_SPS = 7;

/**
 * The codec string of an H.264 access unit in Annex B that begins with its parameter sets: `avc1.` and the first
 * three bytes of the SPS in hex (RFC 6381 section 3.3; ITU-T H.264 7.3.2.1.1). Undefined when there is no SPS.
 */
export function h264CodecString(data: Uint8Array): string | undefined {
  for (let at = 0; at + 6 < data.length; at++) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 1) continue;
    if (((data[at + 3] ?? 0) & 0x1f) !== NAL_TYPE_SPS) continue;
    // No emulation prevention byte can stand here: the profile before them is never 0.
    const [profile = 0, constraints = 0, level = 0] = data.subarray(at + 4, at + 7);
    return `avc1.${hex(profile)}${hex(constraints)}${hex(level)}`;
  }
  return undefined;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0").toUpperCase();
}
