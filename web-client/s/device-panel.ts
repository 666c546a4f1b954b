import type { DeviceDescription } from "#protocol";
import { byId } from "../by-id.ts";
import type { NearglassView } from "../element.ts";
import type { Session } from "../sdk/index.ts";
import { cannot } from "./offers.ts";
import { panelOpened } from "./one-panel.ts";

const button = byId("apps", HTMLButtonElement);
const panel = byId("device", HTMLElement);
const list = byId("app-list", HTMLUListElement);
const byPlace = byId("physical-keyboard", HTMLButtonElement);

const ORDERS: Readonly<Record<string, (session: Session) => void>> = {
  rotate: (session) => session.rotate(),
  "volume-down": (session) => session.press("volume-down"),
  "volume-up": (session) => session.press("volume-up"),
  "screen-on": (session) => session.setScreen(true),
  "screen-off": (session) => session.setScreen(false),
};

/** What the device has at its side, and its apps, in a panel that a button of the bar opens. */
export function setUpDevicePanel(view: NearglassView): void {
  button.addEventListener("click", () => setOpen(panel.hidden === true));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    setOpen(false);
    button.focus();
  });
  byPlace.addEventListener("click", () => {
    const on = byPlace.getAttribute("aria-pressed") !== "true";
    if (view.session?.setPhysicalKeyboard(on) === true) byPlace.setAttribute("aria-pressed", String(on));
  });
  for (const [id, order] of Object.entries(ORDERS)) {
    byId(id, HTMLButtonElement).addEventListener("click", () => view.session !== undefined && order(view.session));
  }
}

/** The apps of this device; a press opens one, and closes the panel. */
export function showApps(session: Session, device: DeviceDescription, mayOpen: boolean): void {
  byId("device-title", HTMLHeadingElement).textContent = device.name;
  const lacks = cannot(device);
  const words = byId("device-lacks", HTMLParagraphElement);
  words.textContent = lacks ?? "";
  words.hidden = lacks === undefined;
  list.replaceChildren(...device.apps.map(({ id, name }) => appItem(name, mayOpen, () => session.openApp(id))));
}

/** Another session begins as every one does. */
export function resetDevicePanel(): void {
  byPlace.setAttribute("aria-pressed", "false");
}

export function closeDevicePanel(): void {
  setOpen(false);
}

function appItem(name: string, mayOpen: boolean, open: () => void): HTMLLIElement {
  const item = document.createElement("li");
  const app = document.createElement("button");
  app.type = "button";
  app.textContent = name;
  app.disabled = !mayOpen;
  app.addEventListener("click", () => {
    open();
    setOpen(false);
  });
  item.append(app);
  return item;
}

function setOpen(open: boolean): void {
  if (open) panelOpened(closeDevicePanel);
  panel.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
}
