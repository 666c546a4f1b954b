import { MAX_TEXT_BYTES } from "#protocol";

/**
 * A text in parts of at most `limit` UTF-8 bytes, cut between code points. A lone surrogate, which no UTF-8 can
 * carry, becomes U+FFFD.
 */
export function splitText(text: string, limit = MAX_TEXT_BYTES): string[] {
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  for (const character of text.toWellFormed()) {
    const size = utf8Bytes(character);
    if (bytes + size > limit) {
      parts.push(part);
      part = "";
      bytes = 0;
    }
    part += character;
    bytes += size;
  }
  if (part !== "") parts.push(part);
  return parts;
}

function utf8Bytes(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x1_0000 ? 3 : 4;
}
