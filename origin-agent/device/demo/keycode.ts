/** Key codes and meta bits of android.view.KeyEvent that the phone knows. */
export const KEYCODE = {
  home: 3,
  back: 4,
  zero: 7,
  nine: 16,
  up: 19,
  down: 20,
  left: 21,
  right: 22,
  volumeUp: 24,
  volumeDown: 25,
  power: 26,
  a: 29,
  c: 31,
  v: 50,
  x: 52,
  z: 54,
  enter: 66,
  deleteBackward: 67,
  escape: 111,
  deleteForward: 112,
  moveHome: 122,
  moveEnd: 123,
  numpadEnter: 160,
  recents: 187,
  sleep: 223,
  wakeUp: 224,
  cut: 277,
  copy: 278,
  paste: 279,
} as const;

const META_SHIFT = 0x1;
const META_ALT = 0x2;
const META_CTRL = 0x1000;
const META_META = 0x1_0000;
const META_CAPS_LOCK = 0x10_0000;

export function hasShift(meta: number): boolean {
  return (meta & META_SHIFT) !== 0;
}

/** Ctrl, or Command of an Apple keyboard. */
export function hasControl(meta: number): boolean {
  return (meta & (META_CTRL | META_META)) !== 0;
}

/** Keys beside letters that write, plain and with shift, as on a US keyboard. */
const SIGNS = new Map<number, readonly [plain: string, shifted: string]>([
  [55, [",", "<"]],
  [56, [".", ">"]],
  [61, ["\t", "\t"]],
  [62, [" ", " "]],
  [68, ["`", "~"]],
  [69, ["-", "_"]],
  [70, ["=", "+"]],
  [71, ["[", "{"]],
  [72, ["]", "}"]],
  [73, ["\\", "|"]],
  [74, [";", ":"]],
  [75, ["'", '"']],
  [76, ["/", "?"]],
  [77, ["@", "@"]],
]);
const SHIFTED_DIGITS = ")!@#$%^&*(";

/**
 * What a key writes by itself, as Android's own key map has it; undefined for a key that writes nothing. Text of
 * other layouts and scripts arrives as text, not as keys.
 */
export function writtenBy(keycode: number, meta: number): string | undefined {
  if (hasControl(meta) || (meta & META_ALT) !== 0) return undefined;
  const shift = hasShift(meta);
  if (keycode >= KEYCODE.a && keycode <= KEYCODE.z) {
    const letter = String.fromCharCode("a".charCodeAt(0) + keycode - KEYCODE.a);
    return shift !== ((meta & META_CAPS_LOCK) !== 0) ? letter.toUpperCase() : letter;
  }
  if (keycode >= KEYCODE.zero && keycode <= KEYCODE.nine) {
    const digit = keycode - KEYCODE.zero;
    return shift ? SHIFTED_DIGITS[digit] : String(digit);
  }
  return SIGNS.get(keycode)?.[shift ? 1 : 0];
}
