import { byId } from "../by-id.ts";
import type { NearglassView } from "../element.ts";
import type { DeviceButton, Session, SoundState } from "../sdk/index.ts";
import { closeDevicePanel, resetDevicePanel, showApps } from "./device-panel.ts";
import { CONTROLS, type Control, whyNot } from "./offers.ts";

const DEVICE_BUTTONS = ["back", "home", "recents"] as const satisfies readonly DeviceButton[];

const SOUND_WORDS: Readonly<Record<SoundState, string>> = {
  none: "No sound",
  unsupported: "This browser cannot play the sound",
  "waiting-for-gesture": "Turn sound on",
  muted: "Turn sound on",
  playing: "Turn sound off",
};

/** The buttons beside the picture. */
export function setUpBar(view: NearglassView): void {
  for (const name of DEVICE_BUTTONS) {
    byId(name, HTMLButtonElement).addEventListener("click", () => view.session?.press(name));
  }
  byId("keyboard", HTMLButtonElement).addEventListener("click", () => view.focus());
  setUpFullScreen();
  const sound = byId("sound", HTMLButtonElement);
  sound.addEventListener("click", () => {
    const { session } = view;
    if (session === undefined) return;
    if (sound.getAttribute("aria-pressed") === "true") session.mute();
    else session.unmute();
  });
}

/** What the bar shows of a session. */
export function followSession(session: Session): void {
  resetDevicePanel();
  session.on("sound", (state) => showSound(state, session));
  session.on("welcome", () => offer(session));
  session.on("rights", () => offer(session));
  session.on("state", ({ name }) => {
    offer(session);
    if (name !== "ended") return;
    showSound("none");
    closeDevicePanel();
  });
  // F6 in the picture: on to the page's own controls.
  session.on("leave", () => byId("back", HTMLButtonElement).focus());
}

/** What a control is called while it is offered: what the page's own HTML says. */
const names = new Map<Control, string>();

/** Of the controls those that the device has and this seat may use; the others stay in their places, and say why they do nothing. */
function offer(session: Session): void {
  const { device, state } = session;
  for (const control of CONTROLS) {
    if (control === "sound") continue;
    const button = byId(control, HTMLButtonElement);
    const name = names.get(control) ?? button.getAttribute("aria-label") ?? button.textContent;
    names.set(control, name);
    const why = device === undefined ? undefined : whyNot(control, device, session);
    button.title = why ?? name;
    // The panel tells more than the apps: it opens for those who may open none.
    button.disabled = state.name !== "live" || (why !== undefined && control !== "apps");
  }
  if (device !== undefined) showApps(session, device, whyNot("apps", device, session) === undefined);
  showSound(session.stats().sound, session);
}

function showSound(state: SoundState, session?: Session): void {
  const button = byId("sound", HTMLButtonElement);
  const device = state === "none" ? session?.device : undefined;
  const words = (session && device && whyNot("sound", device, session)) ?? SOUND_WORDS[state];
  button.setAttribute("aria-pressed", String(state === "playing"));
  button.setAttribute("aria-label", words);
  button.title = words;
  button.disabled = state === "none" || state === "unsupported";
}

function setUpFullScreen(): void {
  const button = byId("fullscreen", HTMLButtonElement);
  // An iPhone has none for pages.
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", () => {
    const change =
      document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen();
    // Refused by the browser or by the person: the button then shows what is, as before.
    change.catch(() => {});
  });
  document.addEventListener("fullscreenchange", () => {
    const words = document.fullscreenElement === null ? "Full screen" : "Leave full screen";
    button.setAttribute("aria-pressed", String(document.fullscreenElement !== null));
    button.setAttribute("aria-label", words);
    button.title = words;
  });
}
