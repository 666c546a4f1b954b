/** The panels stand in the same corner: what was open is closed by whatever is opened next. */
let closeOpen: (() => void) | undefined;

/** @param close of the panel that is opened now, the same each time */
export function panelOpened(close: () => void): void {
  if (closeOpen !== close) closeOpen?.();
  closeOpen = close;
}
