/** A message out of its fields, each written in hexadecimal: one line and one comment a field. */
export function hex(...fields: readonly string[]): ArrayBuffer {
  const digits = fields.join("").replaceAll(" ", "");
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new RangeError("fields are pairs of hexadecimal digits");
  const message = new Uint8Array(digits.length / 2);
  for (let at = 0; at < message.length; at += 1) message[at] = Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16);
  return message.buffer;
}

/** The same way back, to compare messages by what can be read. */
export function toHex(message: ArrayBuffer): string {
  return [...new Uint8Array(message)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A copy with one bit turned over; bit 0 is the highest of the first byte. */
export function flipBit(message: ArrayBuffer, bit: number): ArrayBuffer {
  const copy = new Uint8Array(message.slice(0));
  const at = bit >> 3;
  copy[at] = (copy[at] ?? 0) ^ (0x80 >> (bit & 7));
  return copy.buffer;
}
