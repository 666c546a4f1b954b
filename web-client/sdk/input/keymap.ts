/**
 * Android key codes and meta bits (developer.android.com, android.view.KeyEvent) for the keys of a keyboard, which
 * browsers name by `KeyboardEvent.code` (W3C UI Events KeyboardEvent code Values).
 */

/** Meta bits as a keyboard sends them: the key of either side, and which side. */
export const META = { shift: 0x1 | 0x40, alt: 0x2 | 0x10, ctrl: 0x1000 | 0x2000, meta: 0x1_0000 | 0x2_0000 } as const;

export const KEYCODE = {
  home: 3,
  back: 4,
  "volume-up": 24,
  "volume-down": 25,
  power: 26,
  v: 50,
  enter: 66,
  backspace: 67,
  recents: 187,
} as const;

/** Keys that do something instead of writing something. */
const ACTION_KEYS: Readonly<Record<string, number>> = {
  ArrowUp: 19,
  ArrowDown: 20,
  ArrowLeft: 21,
  ArrowRight: 22,
  Tab: 61,
  Enter: 66,
  Backspace: 67,
  ContextMenu: 82,
  PageUp: 92,
  PageDown: 93,
  Escape: 111,
  Delete: 112,
  Home: 122,
  End: 123,
  Insert: 124,
  F1: 131,
  F2: 132,
  F3: 133,
  F4: 134,
  F7: 137,
  F8: 138,
  F9: 139,
  F10: 140,
  NumpadEnter: 160,
};

/** Keys that write; they are sent as keys only together with Ctrl, Alt or Cmd. */
const WRITING_KEYS: Readonly<Record<string, number>> = {
  Comma: 55,
  Period: 56,
  Space: 62,
  Backquote: 68,
  Minus: 69,
  Equal: 70,
  BracketLeft: 71,
  BracketRight: 72,
  Backslash: 73,
  Semicolon: 74,
  Quote: 75,
  Slash: 76,
};

const FIRST_LETTER = 29;
const FIRST_DIGIT = 7;

/** The Android code of a key that acts, by its place or, for soft keyboards that tell no place, by its name. */
export function actionKeycode(code: string, key: string): number | undefined {
  return code === "" ? lookUp(ACTION_KEYS, key) : lookUp(ACTION_KEYS, code);
}

/** The Android code of a key that writes. Letters go by what they write here, so that Ctrl+Z is undo on any layout. */
export function writingKeycode(code: string, key: string): number | undefined {
  if (/^[a-z]$/i.test(key)) return FIRST_LETTER + key.toLowerCase().charCodeAt(0) - "a".charCodeAt(0);
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return FIRST_LETTER + letter.charCodeAt(0) - "A".charCodeAt(0);
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1];
  return digit === undefined ? lookUp(WRITING_KEYS, code) : FIRST_DIGIT + Number(digit);
}

function lookUp(table: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Keys of a keyboard that are neither: the modifiers, and those that only a whole keyboard has. */
const PHYSICAL_KEYS: Readonly<Record<string, number>> = {
  AltLeft: 57,
  AltRight: 58,
  ShiftLeft: 59,
  ShiftRight: 60,
  ControlLeft: 113,
  ControlRight: 114,
  CapsLock: 115,
  NumLock: 143,
  NumpadDivide: 154,
  NumpadMultiply: 155,
  NumpadSubtract: 156,
  NumpadAdd: 157,
  NumpadDecimal: 158,
  IntlYen: 216,
  IntlRo: 217,
};
const FIRST_NUMPAD_DIGIT = 144;

/** The Android code of a key by its place alone, as it writes on a US keyboard. */
export function physicalKeycode(code: string): number | undefined {
  const numpad = /^Numpad([0-9])$/.exec(code)?.[1];
  if (numpad !== undefined) return FIRST_NUMPAD_DIGIT + Number(numpad);
  return lookUp(PHYSICAL_KEYS, code) ?? actionKeycode(code, "") ?? writingKeycode(code, "");
}
