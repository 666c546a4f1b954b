import { expect, test } from "vitest";
import { judgeKey, judgePhysicalKey, type KeyStroke } from "../../../../web-client/sdk/input/key-rules.ts";

const SHIFT = 0x41;
const ALT = 0x12;
const CTRL = 0x3000;

function stroke(
  code: string,
  key: string,
  ...held: readonly ("shift" | "ctrl" | "alt" | "meta" | "altGraph" | "isComposing")[]
): KeyStroke {
  const has = (name: (typeof held)[number]) => held.includes(name);
  return {
    code,
    key,
    shift: has("shift"),
    ctrl: has("ctrl"),
    alt: has("alt"),
    meta: has("meta"),
    altGraph: has("altGraph"),
    isComposing: has("isComposing"),
  };
}

test.each([
  ["Enter", stroke("Enter", "Enter"), 66, 0],
  ["Backspace", stroke("Backspace", "Backspace"), 67, 0],
  ["Backspace of a soft keyboard without a code", stroke("", "Backspace"), 67, 0],
  ["Delete", stroke("Delete", "Delete"), 112, 0],
  ["Escape", stroke("Escape", "Escape"), 111, 0],
  ["Tab", stroke("Tab", "Tab"), 61, 0],
  ["Shift+Left", stroke("ArrowLeft", "ArrowLeft", "shift"), 21, SHIFT],
  ["Ctrl+Right", stroke("ArrowRight", "ArrowRight", "ctrl"), 22, CTRL],
  ["Alt+Up", stroke("ArrowUp", "ArrowUp", "alt"), 19, ALT],
  ["Home", stroke("Home", "Home"), 122, 0],
  ["F1", stroke("F1", "F1"), 131, 0],
  ["Ctrl+A", stroke("KeyA", "a", "ctrl"), 29, CTRL],
  ["Ctrl+C", stroke("KeyC", "c", "ctrl"), 31, CTRL],
  ["Ctrl+Shift+Z", stroke("KeyZ", "Z", "ctrl", "shift"), 54, CTRL | SHIFT],
  ["Cmd+C on a Mac", stroke("KeyC", "c", "meta"), 31, CTRL],
  ["Ctrl+Z where it is on the Y key (German)", stroke("KeyY", "z", "ctrl"), 54, CTRL],
  ["Ctrl+C on a layout of another script", stroke("KeyC", "с", "ctrl"), 31, CTRL],
  ["Alt+1", stroke("Digit1", "1", "alt"), 8, ALT],
  ["Ctrl+Slash", stroke("Slash", "/", "ctrl"), 76, CTRL],
])("%s is a key", (_, pressed, keycode, meta) => {
  expect(judgeKey(pressed)).toEqual({ type: "key", keycode, meta });
});

test.each([
  ["a letter", stroke("KeyA", "a")],
  ["a capital", stroke("KeyA", "A", "shift")],
  ["a letter of another script", stroke("KeyF", "ф")],
  [
    "AltGr+E on a German keyboard, which Windows reports with Ctrl and Alt",
    stroke("KeyE", "€", "ctrl", "alt", "altGraph"),
  ],
  ["Option+L on a Mac", stroke("KeyL", "@", "alt", "altGraph")],
  ["a dead key", stroke("Equal", "Dead")],
  ["a key of an input method", stroke("KeyN", "Process")],
  ["Enter while a composition is open", stroke("Enter", "Enter", "isComposing")],
  ["a soft keyboard's unnamed key", stroke("", "Unidentified")],
  ["Ctrl+V: the clipboard is in the paste that follows", stroke("KeyV", "v", "ctrl")],
  ["Cmd+V", stroke("KeyV", "v", "meta")],
])("%s is text", (_, pressed) => {
  expect(judgeKey(pressed)).toEqual({ type: "text" });
});

test.each([
  ["Ctrl+R", stroke("KeyR", "r", "ctrl")],
  ["Cmd+W", stroke("KeyW", "w", "meta")],
  ["Ctrl+Plus", stroke("Equal", "+", "ctrl", "shift")],
  ["Ctrl+Tab", stroke("Tab", "Tab", "ctrl")],
  ["F5", stroke("F5", "F5")],
  ["F11", stroke("F11", "F11")],
  ["F12", stroke("F12", "F12")],
])("%s stays with the browser", (_, pressed) => {
  expect(judgeKey(pressed)).toEqual({ type: "browser" });
});

test("F6 leaves the picture, so that Tab is no trap", () => {
  expect(judgeKey(stroke("F6", "F6"))).toEqual({ type: "leave" });
});

test.each([
  ["a letter, by its place", stroke("KeyZ", "y"), 54],
  ["a letter of another script", stroke("KeyF", "ф"), 34],
  ["a dead key", stroke("BracketLeft", "Dead"), 71],
  ["Shift", stroke("ShiftLeft", "Shift", "shift"), 59],
  ["Ctrl", stroke("ControlLeft", "Control", "ctrl"), 113],
  ["AltGr", stroke("AltRight", "AltGraph", "altGraph"), 58],
  ["Ctrl+C", stroke("KeyC", "c", "ctrl"), 31],
  ["a digit of the numpad", stroke("Numpad7", "7"), 151],
  ["plus of the numpad", stroke("NumpadAdd", "+"), 157],
  ["Enter", stroke("Enter", "Enter"), 66],
])("I-7 %s is a physical key", (_, pressed, keycode) => {
  expect(judgePhysicalKey(pressed)).toMatchObject({ type: "key", keycode, physical: true });
});

test.each([
  ["leaving the picture", stroke("F6", "F6"), "leave"],
  ["a reload", stroke("KeyR", "r", "ctrl"), "browser"],
  ["a paste", stroke("KeyV", "v", "ctrl"), "text"],
  ["what an input method takes", stroke("KeyN", "Process"), "text"],
  ["what has no place", stroke("", "a"), "text"],
])("I-7 %s is no physical key", (_, pressed, type) => {
  expect(judgePhysicalKey(pressed).type).toBe(type);
});

test("I-7 Cmd means Ctrl on a physical keyboard too", () => {
  expect(judgePhysicalKey(stroke("KeyC", "c", "meta"))).toEqual({ type: "key", keycode: 31, meta: CTRL });
});
