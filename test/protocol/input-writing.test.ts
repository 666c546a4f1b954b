import { describe, expect, it } from "vitest";
import { type InputMessage, isDroppable, type Pointer, readInput, writeInput } from "#protocol";
import { toHex } from "../support/hex.ts";

const HEADER = { epoch: 0x0203, sequence: 0x0405_0607, lease: 0x0809_0a0b };
const KEY: InputMessage = { ...HEADER, kind: "key", down: true, repeat: true, keycode: 66, meta: 0x8000_1000 };
const TEXT: InputMessage = { ...HEADER, kind: "text", text: "\ufeffé漢🙂" };
const SCROLL: InputMessage = { ...HEADER, kind: "scroll", x: 1, y: 0, dx: 256, dy: -0.5 };

describe("what is written", () => {
  const finger = (place: Partial<Pointer>): InputMessage => ({
    ...HEADER,
    kind: "touch",
    pointers: [{ id: 0, phase: "move", x: 0.5, y: 0.5, pressure: 0.5, ...place }],
  });

  it("I-2 a place outside the picture is moved to its edge, pressure to 0 or 1", () => {
    const read = readInput(writeInput(finger({ x: -3, y: Number.POSITIVE_INFINITY, pressure: 1.5 })));
    expect(read).toMatchObject({ pointers: [{ x: 0, y: 1, pressure: 1 }] });
  });

  it("I-2 a place is moved to the nearest that the wire can say", () => {
    // 0.5 of 65535 is 32767.5, and 0.1 is 6553.5.
    expect(toHex(writeInput(finger({ x: 0.5, y: 0.1, pressure: 0 }))).slice(-12)).toBe("8000199a0000");
  });

  it("I-9 a scroll over 256 notches is cut to them", () => {
    expect(readInput(writeInput({ ...SCROLL, dx: -1_000, dy: Number.POSITIVE_INFINITY }))).toMatchObject({
      dx: -256,
      dy: 256,
    });
  });

  it.each([
    ["a place", finger({ x: Number.NaN })],
    ["a pressure", finger({ pressure: Number.NaN })],
    ["a scroll", { ...SCROLL, dy: Number.NaN }],
    ["a scroll's place", { ...SCROLL, x: Number.NaN }],
  ] as const)("I-2 %s that is not a number is a mistake of the caller, not a touch in the corner", (_what, message) => {
    expect(() => writeInput(message)).toThrow(RangeError);
  });

  it.each([
    ["pointer -1", finger({ id: -1 })],
    ["pointer 10", finger({ id: 10 })],
    ["pointer 256", finger({ id: 256 })],
    ["pointer 0.5", finger({ id: 0.5 })],
    ["keycode -1", { ...KEY, keycode: -1 }],
    ["keycode 2^32", { ...KEY, keycode: 2 ** 32 }],
    ["meta 1.5", { ...KEY, meta: 1.5 }],
    ["meta NaN", { ...KEY, meta: Number.NaN }],
    ["lease 2^32", { ...KEY, lease: 2 ** 32 }],
  ] as const)("I-1 %s cannot be written", (_what, message) => {
    expect(() => writeInput(message)).toThrow(RangeError);
  });

  it("I-1 epoch and sequence are taken modulo their fields", () => {
    expect(readInput(writeInput({ ...KEY, epoch: 0x1_0002, sequence: 2 ** 32 + 5 }))).toEqual({
      ...KEY,
      epoch: 2,
      sequence: 5,
    });
  });

  it("I-8 half a surrogate pair becomes the replacement character", () => {
    expect(readInput(writeInput({ ...TEXT, text: "a\ud800b" }))).toMatchObject({ text: "a\ufffdb" });
  });
});

describe("droppability", () => {
  const touch = (...phases: readonly Pointer["phase"][]): InputMessage => ({
    ...HEADER,
    kind: "touch",
    pointers: phases.map((phase, id) => ({ id, phase, x: 0, y: 0, pressure: 0 })),
  });

  it("I-3 moves alone may be lost", () => {
    expect(isDroppable(touch("move"))).toBe(true);
    expect(isDroppable(touch("move", "move"))).toBe(true);
  });

  it.each([touch("down"), touch("up"), touch("cancel"), touch("move", "up"), touch("down", "move"), KEY, TEXT, SCROLL])(
    "I-3 must arrive: %o",
    (message) => {
      expect(isDroppable(message)).toBe(false);
    },
  );
});
