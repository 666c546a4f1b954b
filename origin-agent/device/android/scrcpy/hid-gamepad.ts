import type { GamepadState } from "#protocol";

/**
 * A gamepad as a USB one would describe itself (Device Class Definition for HID 1.11), in what Android's generic key layout makes sticks,
 * triggers, a cross and buttons of: 15 bytes, the lowest byte of a number first.
 */
export const HID_GAMEPAD_DESCRIPTOR = Uint8Array.of(
  ...[0x05, 0x01, 0x09, 0x05, 0xa1, 0x01, 0xa1, 0x00], // Usage Page (Generic Desktop), Usage (Game Pad), Collections
  ...[0x05, 0x01, 0x09, 0x30, 0x09, 0x31, 0x09, 0x32, 0x09, 0x35], // X and Y, Z and Rz
  ...[0x15, 0x00, 0x27, 0xff, 0xff, 0x00, 0x00, 0x75, 0x10, 0x95, 0x04, 0x81, 0x02], // 0 to 65535, 4 of 16 bits, Input
  ...[0x05, 0x02, 0x09, 0xc5, 0x09, 0xc4], // Usage Page (Simulation Controls), Brake, Accelerator
  ...[0x15, 0x00, 0x26, 0xff, 0x7f, 0x75, 0x10, 0x95, 0x02, 0x81, 0x02], // 0 to 32767, 2 of 16 bits, Input
  ...[0x05, 0x09, 0x19, 0x01, 0x29, 0x10, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x10, 0x81, 0x02], // 16 buttons
  ...[0x05, 0x01, 0x09, 0x39, 0x15, 0x01, 0x25, 0x08, 0x75, 0x04, 0x95, 0x01, 0x81, 0x42], // Hat switch, 1 to 8, or none
  ...[0x75, 0x04, 0x95, 0x01, 0x81, 0x01, 0xc0, 0xc0], // 4 bits more, Input (Constant), both ends
);

const REPORT_BYTES = 15;
/** HID buttons (from 1) of W3C's, as Linux counts them from BTN_SOUTH on; the cross is no button, and neither is the last of Linux's rows. */
const BUTTON_OF: readonly (number | undefined)[] = [
  ...[1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 14, 15],
  ...[undefined, undefined, undefined, undefined, 13],
];
const CROSS = { up: 12, down: 13, left: 14, right: 15 } as const;
/** The hat's value by where it points, from the top clockwise; without a place it is 0. */
const HAT: Readonly<Record<string, number>> = {
  "0,-1": 1,
  "1,-1": 2,
  "1,0": 3,
  "1,1": 4,
  "0,1": 5,
  "-1,1": 6,
  "-1,0": 7,
  "-1,-1": 8,
};

export function gamepadReport({ buttons, axes, triggers }: GamepadState): Uint8Array {
  const report = new Uint8Array(REPORT_BYTES);
  const view = new DataView(report.buffer);
  for (const [index, axis] of axes.entries()) view.setUint16(2 * index, Math.round(((axis + 1) / 2) * 0xffff), true);
  for (const [index, trigger] of triggers.entries()) view.setUint16(8 + 2 * index, Math.round(trigger * 0x7fff), true);
  const isDown = (button: number) => (buttons & (1 << button)) !== 0;
  let bits = 0;
  for (const [button, hid] of BUTTON_OF.entries()) if (hid !== undefined && isDown(button)) bits |= 1 << (hid - 1);
  view.setUint16(12, bits, true);
  const [x, y] = [way(isDown, CROSS.left, CROSS.right), way(isDown, CROSS.up, CROSS.down)];
  report[14] = HAT[`${x},${y}`] ?? 0;
  return report;
}

/** Both at once are neither. */
function way(isDown: (button: number) => boolean, less: number, more: number): number {
  return Number(isDown(more)) - Number(isDown(less));
}
