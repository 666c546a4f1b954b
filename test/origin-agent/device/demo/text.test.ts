import { expect, test } from "vitest";
import { writtenBy } from "../../../../origin-agent/device/demo/keycode.ts";
import { TextEditor } from "../../../../origin-agent/device/demo/text/editor.ts";
import { indexAt, isRightToLeft, layoutLines, lineOf } from "../../../../origin-agent/device/demo/text/layout.ts";

/** Every UTF-16 code unit is 10 wide. */
const measure = (text: string) => text.length * 10;

function linesOf(text: string, width: number): string[] {
  return layoutLines(text, width, measure).map(({ start, end }) => text.slice(start, end));
}

test("lines break between words, and a space may hang over the edge", () => {
  expect(linesOf("one two three", 70)).toEqual(["one two ", "three"]);
  expect(linesOf("one two three", 1000)).toEqual(["one two three"]);
});

test("a word that is wider than a line is broken inside, between whole characters", () => {
  expect(linesOf("abcdefgh", 30)).toEqual(["abc", "def", "gh"]);
  expect(linesOf("👩‍👩‍👧👩‍👩‍👧", 80)).toEqual(["👩‍👩‍👧", "👩‍👩‍👧"]);
});

test("text without spaces breaks between its words", () => {
  for (const line of linesOf("日本語のテキストも書けます", 40)) expect(line.length).toBeLessThanOrEqual(4);
  expect(linesOf("日本語のテキストも書けます", 40).join("")).toBe("日本語のテキストも書けます");
});

test("line feeds end lines, also empty ones", () => {
  expect(linesOf("a\n\nb\n", 100)).toEqual(["a", "", "b", ""]);
});

test("a place on a broken line belongs to the line that begins there", () => {
  const lines = layoutLines("one two three", 70, measure);
  expect([0, 7, 8, 13].map((index) => lineOf(lines, index))).toEqual([0, 0, 1, 1]);
});

test("the place under a point is the nearest boundary of a character", () => {
  const line = { start: 0, end: 5 };
  expect([-50, 4, 6, 24, 500].map((x) => indexAt("hello", line, x, measure))).toEqual([0, 0, 1, 2, 5]);
});

test("a line reads from right to left when its first letter does", () => {
  expect(["שלום abc", "123 مرحبا", "abc שלום", "", "123"].map(isRightToLeft)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("inserting replaces what is selected, and control characters are no text", () => {
  const editor = new TextEditor();
  editor.insert("one\u0000\u001b[31m two\r\nthree\rfour");
  expect(editor.text).toBe("one[31m two\nthree\nfour");
  editor.selectAll();
  editor.insert("x");
  expect(editor).toMatchObject({ text: "x", caret: 1, selected: "" });
});

test("a note is full at 20000 code units and never holds half a character", () => {
  const editor = new TextEditor();
  editor.insert("a".repeat(19_995));
  editor.insert("👩‍👩‍👧👩‍👩‍👧");
  expect(editor.text).toBe("a".repeat(19_995));
  editor.insert("bcdefgh");
  expect(editor.text.length).toBe(20_000);
});

test("moving with a selection goes to its edge; with shift it grows and shrinks", () => {
  const editor = new TextEditor();
  editor.insert("abcd");
  editor.moveLeft(true);
  editor.moveLeft(true);
  expect(editor.selected).toBe("cd");
  editor.moveRight(true);
  expect(editor.selected).toBe("d");
  editor.moveLeft(false);
  expect(editor).toMatchObject({ caret: 3, selected: "" });
  editor.moveTo(99, false);
  editor.moveRight(false);
  expect(editor.caret).toBe(4);
  editor.moveTo(-5, false);
  editor.moveLeft(false);
  editor.deleteBackward();
  expect(editor).toMatchObject({ caret: 0, text: "abcd" });
});

test("keys write what Android's key map has, and nothing with Ctrl or Alt", () => {
  const [shift, alt, ctrl, capsLock] = [0x1, 0x2, 0x1000, 0x10_0000];
  expect([29, 54, 7, 16, 62, 56, 76].map((code) => writtenBy(code, 0))).toEqual(["a", "z", "0", "9", " ", ".", "/"]);
  expect([29, 7, 8, 76].map((code) => writtenBy(code, shift))).toEqual(["A", ")", "!", "?"]);
  expect(writtenBy(29, capsLock)).toBe("A");
  expect(writtenBy(29, capsLock | shift)).toBe("a");
  expect([writtenBy(29, ctrl), writtenBy(29, alt), writtenBy(3, 0), writtenBy(19, 0)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
