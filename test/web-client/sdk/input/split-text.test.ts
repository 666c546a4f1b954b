import { expect, test } from "vitest";
import { splitText } from "../../../../web-client/sdk/input/split-text.ts";
import { Random, seeds } from "../../../support/random.ts";

const utf8 = (text: string) => new TextEncoder().encode(text).byteLength;

test("a text that fits stays whole, and an empty one is nothing", () => {
  expect(splitText("héllo")).toEqual(["héllo"]);
  expect(splitText("")).toEqual([]);
});

test("I-8 a part has at most 4096 bytes and no code point is cut", () => {
  expect(splitText("a".repeat(4_097)).map(utf8)).toEqual([4_096, 1]);
  expect(splitText(`${"a".repeat(4_095)}é`).map(utf8)).toEqual([4_095, 2]);
  expect(splitText(`${"a".repeat(4_093)}😀`).map(utf8)).toEqual([4_093, 4]);
});

test("half of a surrogate pair, which no UTF-8 carries, becomes the replacement character", () => {
  expect(splitText("a\ud83db")).toEqual(["a\ufffdb"]);
});

test.each(seeds(1))("the parts make the text again, each within the limit and none empty (seed %i)", (seed) => {
  const random = new Random(seed);
  for (let run = 0; run < 300; run++) {
    const text = Array.from({ length: random.int(0, 60) }, () => random.pick(["a", "é", "日", "😀", "\n"])).join("");
    const limit = random.int(4, 40);
    const parts = splitText(text, limit);
    expect(parts.join("")).toBe(text);
    for (const part of parts) {
      expect(utf8(part)).toBeLessThanOrEqual(limit);
      expect(part.isWellFormed()).toBe(true);
      expect(part).not.toBe("");
    }
  }
});
