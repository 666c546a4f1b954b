import { describe, expect, it } from "vitest";
import {
  type FaultCode,
  type InputMessage,
  isFrame,
  MAX_TEXT_BYTES,
  type Pointer,
  readInput,
  writeInput,
} from "#protocol";
import { faultOf } from "../support/fault.ts";
import { flipBit, hex, toHex } from "../support/hex.ts";

const HEADER = { epoch: 0x0203, sequence: 0x0405_0607, lease: 0x0809_0a0b };
const HEADER_REST = ["0203", "04050607", "08090a0b"] as const;
/** 0x8000 of 0xffff: the fraction next above the middle. */
const MIDDLE = 0x8000 / 0xffff;

const TOUCH: InputMessage = {
  ...HEADER,
  kind: "touch",
  pointers: [
    { id: 0, phase: "down", x: 0, y: 1, pressure: MIDDLE },
    { id: 9, phase: "cancel", x: MIDDLE, y: 1 / 0xffff, pressure: 1 },
  ],
};
const TOUCH_BYTES = hex(
  "18", // version 1, kind 8: touch
  "02", // pointers
  ...HEADER_REST, // epoch, sequence, lease
  "00", // pointer 0
  "00", // phase: down
  "0000", // x: left edge
  "ffff", // y: bottom edge
  "8000", // pressure
  "09", // pointer 9
  "03", // phase: cancel
  "8000", // x
  "0001", // y
  "ffff", // pressure: full
);

const KEY: InputMessage = { ...HEADER, kind: "key", down: true, repeat: true, keycode: 66, meta: 0x8000_1000 };
const KEY_BYTES = hex(
  "19", // version 1, kind 9: key
  "03", // flags: down and repeat
  ...HEADER_REST, // epoch, sequence, lease
  "00000042", // keycode: ENTER
  "80001000", // meta: CTRL, and the highest bit
);

const PHYSICAL: InputMessage = {
  ...HEADER,
  kind: "key",
  down: true,
  repeat: false,
  keycode: 59,
  meta: 0,
  physical: true,
};
const PHYSICAL_BYTES = hex(
  "19", // version 1, kind 9: key
  "05", // flags: down, physical
  ...HEADER_REST, // epoch, sequence, lease
  "0000003b", // keycode: SHIFT_LEFT
  "00000000", // meta
);

const TEXT: InputMessage = { ...HEADER, kind: "text", text: "\ufeffé漢🙂" };
const TEXT_BYTES = hex(
  "1a", // version 1, kind 10: text
  "00", // reserved
  ...HEADER_REST, // epoch, sequence, lease
  "efbbbf", // a byte order mark is text like any other
  "c3a9", // é
  "e6bca2", // 漢
  "f09f9982", // 🙂
);

const SCROLL: InputMessage = { ...HEADER, kind: "scroll", x: 1, y: 0, dx: 256, dy: -0.5 };
const SCROLL_BYTES = hex(
  "1b", // version 1, kind 11: scroll
  "00", // reserved
  ...HEADER_REST, // epoch, sequence, lease
  "ffff", // x: right edge
  "0000", // y: top edge
  "7800", // dx: 256 notches of 120
  "ffc4", // dy: -60, half a notch down
);

const GAMEPAD: InputMessage = {
  ...HEADER,
  kind: "gamepad",
  pad: 3,
  buttons: 0x1_0001,
  axes: [-1, 1, 0, 0],
  triggers: [0, 1],
};
const GAMEPAD_BYTES = hex(
  "1c", // version 1, kind 12: gamepad
  "03", // pad 3
  ...HEADER_REST, // epoch, sequence, lease
  "00010001", // buttons 0 and 16
  "8001", // left x: all to the left
  "7fff", // left y: all down
  "0000", // right x
  "0000", // right y
  "0000", // left trigger
  "ffff", // right trigger
);

const ALL = [
  ["I-2", TOUCH, TOUCH_BYTES],
  ["I-7", KEY, KEY_BYTES],
  ["I-7", PHYSICAL, PHYSICAL_BYTES],
  ["I-8", TEXT, TEXT_BYTES],
  ["I-9", SCROLL, SCROLL_BYTES],
  ["I-10", GAMEPAD, GAMEPAD_BYTES],
] as const;
/** What a message of a wrong kind or detail may be called. */
const FAULTS: readonly FaultCode[] = ["unknown-kind", "bad-flags", "bad-value", "bad-utf8", "truncated", "oversized"];
const FIXED = ALL.filter(([, { kind }]) => kind !== "text");

describe.each(ALL)("%s %o", (rule, message, bytes) => {
  it(`${rule} is written as these bytes, and these bytes are read as it`, () => {
    expect(toHex(writeInput(message))).toBe(toHex(bytes));
    expect(readInput(bytes)).toEqual(message);
    expect(isFrame(bytes)).toBe(false);
  });

  it("I-1 a message cut anywhere in its header is truncated", () => {
    for (let length = 0; length < 12; length += 1)
      expect(faultOf(() => readInput(bytes.slice(0, length)))).toBe("truncated");
  });

  it("I-1 each bit of the header that is turned over changes exactly its field, or is a fault", () => {
    for (let bit = 0; bit < 96; bit += 1) {
      const damaged = flipBit(bytes, bit);
      if (bit < 4)
        expect(
          faultOf(() => readInput(damaged)),
          `bit ${bit}`,
        ).toBe("unsupported-version");
      // Another kind or detail: it may happen to be a message, but then exactly the one that these bytes write.
      else if (bit < 16)
        expect(faultOf(() => readInput(damaged)) ?? toHex(writeInput(readInput(damaged)))).toBeOneOf([
          ...FAULTS,
          toHex(damaged),
        ]);
      else if (bit < 32)
        expect(readInput(damaged), `bit ${bit}`).toEqual({ ...message, epoch: message.epoch ^ (1 << (31 - bit)) });
      else if (bit < 64) {
        expect(readInput(damaged), `bit ${bit}`).toEqual({
          ...message,
          sequence: (message.sequence ^ (1 << (63 - bit))) >>> 0,
        });
      } else
        expect(readInput(damaged), `bit ${bit}`).toEqual({
          ...message,
          lease: (message.lease ^ (1 << (95 - bit))) >>> 0,
        });
    }
  });
});

describe("lengths", () => {
  it.each(FIXED)(
    "%s a body cut anywhere is truncated, and one with more behind it oversized: %o",
    (_rule, _message, bytes) => {
      for (let length = 12; length < bytes.byteLength; length += 1) {
        expect(faultOf(() => readInput(bytes.slice(0, length)))).toBe("truncated");
      }
      const longer = new Uint8Array(bytes.byteLength + 1);
      longer.set(new Uint8Array(bytes));
      expect(faultOf(() => readInput(longer.buffer))).toBe("oversized");
    },
  );

  it("I-2 a claimed count is held against what came before anything is made of it", () => {
    const claim = (count: string, ...pointers: readonly string[]) => hex("18", count, ...HEADER_REST, ...pointers);
    expect(faultOf(() => readInput(claim("ff")))).toBe("bad-value");
    expect(faultOf(() => readInput(claim("0b", "00".repeat(88))))).toBe("bad-value");
    expect(faultOf(() => readInput(claim("00")))).toBe("bad-value");
    expect(faultOf(() => readInput(claim("0a", "0000000000000000")))).toBe("truncated");
  });

  it("I-8 a text has 1 to 4096 bytes", () => {
    expect(faultOf(() => readInput(hex("1a", "00", ...HEADER_REST)))).toBe("truncated");
    expect(faultOf(() => readInput(hex("1a", "00", ...HEADER_REST, "61".repeat(4_096))))).toBeUndefined();
    expect(faultOf(() => readInput(hex("1a", "00", ...HEADER_REST, "61".repeat(4_097))))).toBe("oversized");
    expect(() => writeInput({ ...TEXT, text: "" })).toThrow(RangeError);
    expect(() => writeInput({ ...TEXT, text: "é".repeat(MAX_TEXT_BYTES / 2) })).not.toThrow();
    expect(() => writeInput({ ...TEXT, text: "é".repeat(MAX_TEXT_BYTES / 2 + 1) })).toThrow(RangeError);
  });

  it("I-1 ten megabytes are refused, whatever they claim to be", () => {
    const huge = new Uint8Array(10 * 1024 * 1024);
    for (const first of [0x00, 0x18, 0x19, 0x1a, 0x1b, 0xff]) {
      huge[0] = first;
      huge[1] = first === 0x18 ? 10 : 0;
      expect(faultOf(() => readInput(huge.buffer))).toBe("oversized");
    }
  });
});

describe("values", () => {
  it.each([0, 5, 7, 13, 15])("I-1 kind %d is of no input", (kind) => {
    expect(faultOf(() => readInput(hex(`1${kind.toString(16)}`, "00", ...HEADER_REST, "00".repeat(8))))).toBe(
      "unknown-kind",
    );
  });

  it.each([
    ["a pointer over 9", "0a", "00"],
    ["a pointer of 255", "ff", "00"],
    ["a phase over 3", "00", "04"],
    ["a phase of 255", "00", "ff"],
  ])("I-2 %s is a fault", (_what, id, phase) => {
    expect(faultOf(() => readInput(hex("18", "01", ...HEADER_REST, id, phase, "000000000000")))).toBe("bad-value");
  });

  it("I-2 a pointer appears once in a message", () => {
    const finger = ["05", "01", "0000", "0000", "0000"];
    expect(faultOf(() => readInput(hex("18", "02", ...HEADER_REST, ...finger, ...finger)))).toBe("bad-value");
    const twice: Pointer = { id: 5, phase: "move", x: 0, y: 0, pressure: 0 };
    expect(() => writeInput({ ...HEADER, kind: "touch", pointers: [twice, twice] })).toThrow(RangeError);
  });

  it("I-2 a touch has 1 to 10 pointers", () => {
    const fingers = (count: number): InputMessage => ({
      ...HEADER,
      kind: "touch",
      pointers: Array.from({ length: count }, (_, id) => ({ id, phase: "move" as const, x: 0.5, y: 0.5, pressure: 1 })),
    });
    expect(readInput(writeInput(fingers(10)))).toMatchObject({ pointers: { length: 10 } });
    expect(() => writeInput(fingers(0))).toThrow(RangeError);
    expect(() => writeInput(fingers(11))).toThrow(RangeError);
  });

  it("I-7 reserved key flags must be 0", () => {
    for (let bit = 3; bit < 8; bit += 1) {
      const flags = (1 << bit).toString(16).padStart(2, "0");
      expect(faultOf(() => readInput(hex("19", flags, ...HEADER_REST, "00".repeat(8))))).toBe("bad-flags");
    }
  });

  it.each([
    ["a fifth pad", "04", "00000000", "0000"],
    ["an 18th button", "00", "00020000", "0000"],
    ["a stick further left than there is", "00", "00000000", "8000"],
  ])("I-10 %s is a bad value", (_words, pad, buttons, x) => {
    const message = hex("1c", pad, ...HEADER_REST, buttons, x, "00".repeat(10));
    expect(faultOf(() => readInput(message))).toBe("bad-value");
  });

  it.each([
    ["I-8", "1a", "61"],
    ["I-9", "1b", "00".repeat(8)],
  ])("%s the second byte of a text or a scroll must be 0", (_rule, first, body) => {
    for (let bit = 0; bit < 8; bit += 1) {
      const detail = (1 << bit).toString(16).padStart(2, "0");
      expect(faultOf(() => readInput(hex(first, detail, ...HEADER_REST, body)))).toBe("bad-flags");
    }
  });

  it.each([
    ["a lone continuation byte", "80"],
    ["a character cut short", "e6bc"],
    ["an overlong slash", "c0af"],
    ["half a surrogate pair", "eda080"],
    ["a code point over 10ffff", "f4908080"],
    ["a byte that UTF-8 never has", "61ff61"],
  ])("I-8 %s is no text", (_what, body) => {
    expect(faultOf(() => readInput(hex("1a", "00", ...HEADER_REST, body)))).toBe("bad-utf8");
    expect(readInput(TEXT_BYTES)).toEqual(TEXT);
  });

  it.each(["7801", "7fff", "87ff", "8000"])("I-9 a scroll of %s units is over 256 notches", (units) => {
    expect(faultOf(() => readInput(hex("1b", "00", ...HEADER_REST, "00000000", units, "0000")))).toBe("bad-value");
    expect(faultOf(() => readInput(hex("1b", "00", ...HEADER_REST, "00000000", "0000", units)))).toBe("bad-value");
  });
});
