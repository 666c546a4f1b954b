import { byId } from "../by-id.ts";
import type { NearglassView } from "../element.ts";
import type { DeviceButton, Session, SoundState } from "../sdk/index.ts";

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
  session.on("sound", showSound);
  session.on("welcome", () => showAllowed(session));
  session.on("rights", () => showAllowed(session));
  session.on("state", ({ name }) => {
    const usable = name === "live";
    for (const id of [...DEVICE_BUTTONS, "keyboard"]) byId(id, HTMLButtonElement).disabled = !usable;
    if (name === "ended") showSound("none");
  });
  // F6 in the picture: on to the page's own controls.
  session.on("leave", () => byId("back", HTMLButtonElement).focus());
}

/** A button for what is not allowed would only be refused. */
function showAllowed({ rights, allowance }: Session): void {
  const mayType = rights.includes("keyboard");
  for (const name of DEVICE_BUTTONS) byId(name, HTMLButtonElement).hidden = !mayType || allowance.singleApp === true;
  byId("keyboard", HTMLButtonElement).hidden = !mayType;
}

function showSound(state: SoundState): void {
  const button = byId("sound", HTMLButtonElement);
  button.setAttribute("aria-pressed", String(state === "playing"));
  button.setAttribute("aria-label", SOUND_WORDS[state]);
  button.title = SOUND_WORDS[state];
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
