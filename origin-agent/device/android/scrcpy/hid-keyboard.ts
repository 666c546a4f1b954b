/**
 * A keyboard as a USB one describes itself (Device Class Definition for Human Interface Devices 1.11, appendix B.1), with usages up to those of
 * international keys: 8 bits of modifiers, a byte that is reserved, six keys that are down. Five lamps go the other way.
 */
export const HID_KEYBOARD_DESCRIPTOR = Uint8Array.of(
  ...[0x05, 0x01, 0x09, 0x06, 0xa1, 0x01], // Usage Page (Generic Desktop), Usage (Keyboard), Collection (Application)
  ...[0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01], // Keyboard page, modifiers 0xe0 to 0xe7, each 0 or 1
  ...[0x75, 0x01, 0x95, 0x08, 0x81, 0x02], // 8 of 1 bit, Input (Variable)
  ...[0x75, 0x08, 0x95, 0x01, 0x81, 0x01], // 1 of 8 bits, Input (Constant)
  ...[0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x75, 0x01, 0x95, 0x05, 0x91, 0x02], // LED page, 5 lamps, Output (Variable)
  ...[0x75, 0x03, 0x95, 0x01, 0x91, 0x01], // 3 bits more, Output (Constant)
  ...[0x05, 0x07, 0x19, 0x00, 0x29, 0xa4, 0x15, 0x00, 0x26, 0xa4, 0x00], // Keyboard page, usages 0 to 0xa4
  ...[0x75, 0x08, 0x95, 0x06, 0x81, 0x00, 0xc0], // 6 of 8 bits, Input (Array), End Collection
);

const REPORT_BYTES = 8;
const FIRST_KEY = 2;
const MOST_KEYS = REPORT_BYTES - FIRST_KEY;
const ROLL_OVER = 0x01;
const FIRST_MODIFIER = 0xe0;

/** HID usages (HID Usage Tables 1.5, keyboard page) of Android's key codes, by runs that count up together: code, usage, how many. */
const RUNS: readonly (readonly [keycode: number, usage: number, count: number])[] = [
  [29, 0x04, 26], // A to Z
  [8, 0x1e, 9], // 1 to 9
  [131, 0x3a, 12], // F1 to F12
  [145, 0x59, 9], // numpad 1 to 9
];
const USAGES: Readonly<Record<number, number>> = {
  7: 0x27, // 0
  66: 0x28, // enter
  111: 0x29, // escape
  67: 0x2a, // backspace
  61: 0x2b, // tab
  62: 0x2c, // space
  69: 0x2d, // minus
  70: 0x2e, // equals
  71: 0x2f, // [
  72: 0x30, // ]
  73: 0x31, // backslash
  74: 0x33, // ;
  75: 0x34, // apostrophe
  68: 0x35, // grave
  55: 0x36, // comma
  56: 0x37, // period
  76: 0x38, // slash
  115: 0x39, // caps lock
  120: 0x46, // print screen
  116: 0x47, // scroll lock
  121: 0x48, // pause
  124: 0x49, // insert
  122: 0x4a, // home
  92: 0x4b, // page up
  112: 0x4c, // delete
  123: 0x4d, // end
  93: 0x4e, // page down
  22: 0x4f, // right
  21: 0x50, // left
  20: 0x51, // down
  19: 0x52, // up
  143: 0x53, // num lock
  154: 0x54, // numpad /
  155: 0x55, // numpad *
  156: 0x56, // numpad -
  157: 0x57, // numpad +
  160: 0x58, // numpad enter
  144: 0x62, // numpad 0
  158: 0x63, // numpad .
  82: 0x65, // menu
  217: 0x87, // international 1 (ro)
  216: 0x89, // international 3 (yen)
  113: 0xe0, // left control
  59: 0xe1, // left shift
  57: 0xe2, // left alt
  117: 0xe3, // left meta
  114: 0xe4, // right control
  60: 0xe5, // right shift
  58: 0xe6, // right alt
  118: 0xe7, // right meta
};

/** Undefined for a key that no keyboard has. */
export function usageOf(keycode: number): number | undefined {
  const run = RUNS.find(([first, , count]) => keycode >= first && keycode < first + count);
  if (run !== undefined) return run[1] + keycode - run[0];
  return Object.hasOwn(USAGES, keycode) ? USAGES[keycode] : undefined;
}

/** What is down, as the report that says it: of more keys than it can name none is. */
export function hidReport(usages: Iterable<number>): Uint8Array {
  const report = new Uint8Array(REPORT_BYTES);
  let keys = 0;
  for (const usage of usages) {
    if (usage >= FIRST_MODIFIER) report[0] = (report[0] ?? 0) | (1 << (usage - FIRST_MODIFIER));
    else {
      if (keys < MOST_KEYS) report[FIRST_KEY + keys] = usage;
      keys += 1;
    }
  }
  if (keys > MOST_KEYS) report.fill(ROLL_OVER, FIRST_KEY);
  return report;
}
