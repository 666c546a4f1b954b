import type { FrameHeader, FrameKind, InputMessage, Pointer, TouchPhase } from "#protocol";
import type { Random } from "../support/random.ts";

const KINDS: readonly FrameKind[] = ["video", "audio", "camera", "microphone"];
const PHASES: readonly TouchPhase[] = ["down", "move", "up", "cancel"];
/** Where mistakes of arithmetic show. */
const EDGES = [0, 1, 2 ** 15, 2 ** 16 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** A whole number of 0 to `highest`, often at an edge. */
function count(random: Random, highest: number): number {
  return random.chance(0.3) ? Math.min(highest, random.pick(EDGES)) : random.int(0, highest);
}

export function randomFrameHeader(random: Random): FrameHeader {
  return {
    kind: random.pick(KINDS),
    keyframe: random.chance(0.5),
    config: random.chance(0.5),
    epoch: count(random, 0xffff),
    sequence: count(random, 0xffff_ffff),
    capturedAtMicros: random.chance(0.2)
      ? Number.MAX_SAFE_INTEGER
      : random.int(0, 2 ** 21 - 1) * 2 ** 32 + count(random, 0xffff_ffff),
  };
}

/** Values are multiples of what the wire can tell apart, so that they come back as they were. */
export function randomInput(random: Random): InputMessage {
  const header = {
    epoch: count(random, 0xffff),
    sequence: count(random, 0xffff_ffff),
    lease: count(random, 0xffff_ffff),
  };
  switch (random.pick(["touch", "key", "text", "scroll", "gamepad"] as const)) {
    case "touch":
      return { ...header, kind: "touch", pointers: randomPointers(random) };
    case "key":
      return {
        ...header,
        kind: "key",
        down: random.chance(0.5),
        repeat: random.chance(0.5),
        keycode: count(random, 0xffff_ffff),
        meta: count(random, 0xffff_ffff),
        ...(random.chance(0.5) ? { physical: true } : {}),
      };
    case "text":
      return { ...header, kind: "text", text: randomText(random) };
    case "gamepad": {
      const axis = () => (count(random, 0xfffe) - 0x7fff) / 0x7fff;
      const trigger = () => count(random, 0xffff) / 0xffff;
      return {
        ...header,
        kind: "gamepad",
        pad: count(random, 3),
        buttons: count(random, 0x1_ffff),
        axes: [axis(), axis(), axis(), axis()],
        triggers: [trigger(), trigger()],
      };
    }
    case "scroll":
      return {
        ...header,
        kind: "scroll",
        x: fraction(random),
        y: fraction(random),
        dx: random.int(-30_720, 30_720) / 120,
        dy: random.int(-30_720, 30_720) / 120,
      };
  }
}

function randomPointers(random: Random): Pointer[] {
  const first = random.int(0, 9);
  return Array.from({ length: random.int(1, 10) }, (_, index) => ({
    id: (first + index) % 10,
    phase: random.pick(PHASES),
    x: fraction(random),
    y: fraction(random),
    pressure: fraction(random),
  }));
}

function fraction(random: Random): number {
  return count(random, 0xffff) / 0xffff;
}

/** Any characters but halves of surrogate pairs. */
function randomText(random: Random): string {
  return Array.from({ length: random.int(1, 100) }, () => {
    const point = random.chance(0.5) ? random.int(0, 0x7f) : random.int(0, 0x10_ffff);
    return point >= 0xd800 && point <= 0xdfff ? "�" : String.fromCodePoint(point);
  }).join("");
}
