import { MAX_FILE_NAME_BYTES } from "#protocol";

const ENCODER = new TextEncoder();
const MAX_ENDING_CHARS = 16;

/** The name, or one with a number, that is not taken: `notes.txt`, `notes (1).txt`. A long one is cut for it. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf(".");
  const hasEnding = dot > 0 && name.length - dot <= MAX_ENDING_CHARS;
  const ending = hasEnding ? name.slice(dot) : "";
  let candidate = name;
  for (let number = 1; taken.has(candidate); number += 1) {
    candidate = shortened(hasEnding ? name.slice(0, dot) : name, ` (${number})${ending}`);
  }
  return candidate;
}

/** By whole characters: half of one is no text. */
function shortened(stem: string, tail: string): string {
  const points = [...stem];
  while (ENCODER.encode(points.join("") + tail).length > MAX_FILE_NAME_BYTES) points.pop();
  return points.join("") + tail;
}
