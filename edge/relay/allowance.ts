import type { Allowance, InputBody, Transfers } from "#protocol";

/** how much of its rights a seat may use. Which rights it has is asked before. */

const MINUTE_MS = 60_000;

export function mayOpen({ apps }: Allowance, app: string): boolean {
  return apps === undefined || apps.includes(app);
}

export type TransferAnswer = "passes" | "no-right" | "over-limit";

/** Whether a text may go this way now; one that may is counted, in place. */
export function takeTransfer(limit: Transfers | undefined, sentAt: number[], text: string, at: number): TransferAnswer {
  if (limit === undefined) return "passes";
  const { maxBytes, perMinute } = limit;
  if (perMinute === 0) return "no-right";
  if (maxBytes !== undefined && utf8Bytes(text) > maxBytes) return "over-limit";
  if (perMinute === undefined) return "passes";
  while (sentAt.length > 0 && (sentAt[0] ?? 0) <= at - MINUTE_MS) sentAt.shift();
  if (sentAt.length >= perMinute) return "over-limit";
  sentAt.push(at);
  return "passes";
}

/** Half of a pair of surrogates alone is sent as U+FFFD, of three bytes. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}

/**
 * Of Android's KeyEvent: what shows another app, or the system's own. Escape is `back` where no app takes it.
 */
const KEYS_OUT: ReadonlySet<number> = new Set([
  ...[3, 4, 111, 187, 284], // home, back, escape, recents, all apps
  ...[5, 6, 26, 27, 64, 65, 83, 84], // call, end call, power, camera, explorer, mail, notifications, search
  ...[117, 118, 171, 176, 177], // both meta keys, window, settings, TV power
  ...[207, 208, 209, 210, 219, 223, 231, 312], // contacts, calendar, music, calculator, assist, sleep, voice assist, recents
  ...[97, 98, 100, 110], // buttons of gamepads that are `back` or `home` where no app takes them
  ...[280, 281, 282, 283], // gestures of the system, as keys
]);
/** Keys that open a certain app each: of videos, of whoever built the device, of demonstrations. */
const FIRST_APP_KEY = 289;
const LAST_APP_KEY = 304;
const KEY_TAB = 61;
/** Each with its left and its right. */
const META_ALT = 0x02 | 0x10 | 0x20;
const META_META = 0x1_0000 | 0x2_0000 | 0x4_0000;

/**
 * Whether an input leads out of the app that is shown, by itself or with what is held beside it. A gamepad's buttons are `back`
 * where no app takes them.
 */
export function leadsOut(input: InputBody): boolean {
  if (input.kind !== "key") return input.kind === "gamepad";
  const { keycode, meta, physical } = input;
  // What is held beside a physical key is known to the device alone.
  if (physical === true && keycode === KEY_TAB) return true;
  const opensApp = keycode >= FIRST_APP_KEY && keycode <= LAST_APP_KEY;
  return (
    opensApp || KEYS_OUT.has(keycode) || (meta & META_META) !== 0 || (keycode === KEY_TAB && (meta & META_ALT) !== 0)
  );
}
