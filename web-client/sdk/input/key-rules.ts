import { actionKeycode, META, physicalKeycode, writingKeycode } from "./keymap.ts";

/** What is to be known of a `KeyboardEvent`. `altGraph`: a modifier that writes other characters, as AltGr or a Mac's Option. */
export interface KeyStroke {
  readonly code: string;
  readonly key: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
  readonly altGraph: boolean;
  readonly isComposing: boolean;
}

export type KeyVerdict =
  /** To the device, as a key. */
  | { readonly type: "key"; readonly keycode: number; readonly meta: number; readonly physical?: true }
  /** The browser turns it into text, a composition or a paste, and that is sent. */
  | { readonly type: "text" }
  /** The person wants to leave the picture for the page's own controls. */
  | { readonly type: "leave" }
  /** The browser's own: reload, a new tab, zoom. */
  | { readonly type: "browser" };

/** With Ctrl or Cmd these stay with the browser; a person must always be able to reload, zoom and leave. */
const BROWSER_SHORTCUTS = new Set([
  "KeyL",
  "KeyN",
  "KeyQ",
  "KeyR",
  "KeyT",
  "KeyW",
  "Tab",
  "Minus",
  "Equal",
  "Digit0",
  "NumpadAdd",
  "NumpadSubtract",
]);
const BROWSER_KEYS = new Set(["F5", "F11", "F12"]);
/** F6 steps to the next pane in browsers and desktops; without it a picture that takes Tab would be a trap. */
const LEAVE_KEY = "F6";

export function judgeKey(stroke: KeyStroke): KeyVerdict {
  const { code, key } = stroke;
  if (stroke.isComposing || key === "Process" || key === "Unidentified" || key === "Dead") return { type: "text" };
  if (code === LEAVE_KEY) return { type: "leave" };
  if (BROWSER_KEYS.has(code)) return { type: "browser" };
  const commanding = (stroke.ctrl || stroke.meta) && !stroke.altGraph;
  if (commanding && BROWSER_SHORTCUTS.has(code)) return { type: "browser" };
  // The clipboard's content is only in the paste event, so that must happen.
  if (commanding && !stroke.alt && (key.toLowerCase() === "v" || code === "Insert")) return { type: "text" };
  const action = actionKeycode(code, key);
  if (action !== undefined) return { type: "key", keycode: action, meta: metaBits(stroke) };
  if (!commanding && (!stroke.alt || stroke.altGraph)) return { type: "text" };
  const keycode = writingKeycode(code, key);
  return keycode === undefined ? { type: "browser" } : { type: "key", keycode, meta: metaBits(stroke) };
}

/**
 * The same of a keyboard whose layout is the device's: every key goes there by its place, modifiers too. What is the browser's stays so, what an
 * input method takes is text, and Cmd means Ctrl as ever.
 */
export function judgePhysicalKey(stroke: KeyStroke): KeyVerdict {
  const verdict = judgeKey(stroke);
  const keycode = physicalKeycode(stroke.code);
  const composed = stroke.isComposing || stroke.key === "Process" || stroke.key === "Unidentified";
  const pastes = (stroke.ctrl || stroke.meta) && verdict.type === "text" && !stroke.altGraph;
  if (keycode === undefined || composed || pastes || stroke.meta) return verdict;
  if (verdict.type === "leave" || (verdict.type === "browser" && !isModifier(keycode))) return verdict;
  return { type: "key", keycode, meta: metaBits(stroke), physical: true };
}

function isModifier(keycode: number): boolean {
  return (keycode >= 57 && keycode <= 60) || keycode === 113 || keycode === 114;
}

/** Cmd stands for Ctrl, as Android knows it. */
function metaBits({ shift, ctrl, alt, meta, altGraph }: KeyStroke): number {
  return (shift ? META.shift : 0) | (ctrl || meta ? META.ctrl : 0) | (alt && !altGraph ? META.alt : 0);
}
