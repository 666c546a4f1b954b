import { byId } from "../by-id.ts";

/** Long enough to read a line and reach the button. */
const SHOWN_MS = 6_000;

const toast = byId("toast", HTMLDivElement);
const words = byId("toast-words", HTMLSpanElement);
const button = byId("toast-action", HTMLButtonElement);
let hiding: ReturnType<typeof setTimeout> | undefined;
let act: (() => void) | undefined;

button.addEventListener("click", () => {
  hideToast();
  act?.();
});

/** A short message over the picture, gone by itself. A newer one takes its place. */
export function showToast(text: string, action?: { readonly label: string; act(): void }): void {
  clearTimeout(hiding);
  words.textContent = text;
  button.hidden = action === undefined;
  button.textContent = action?.label ?? "";
  act = action?.act;
  toast.hidden = false;
  hiding = setTimeout(hideToast, SHOWN_MS);
}

function hideToast(): void {
  clearTimeout(hiding);
  toast.hidden = true;
}
