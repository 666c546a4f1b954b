import { byId } from "../by-id.ts";
import type { HardwareLoan, Session } from "../sdk/index.ts";
import { showToast } from "./toast.ts";

type Kind = HardwareLoan["kind"];

const NAMES: Readonly<Record<Kind, string>> = {
  location: "location",
  motion: "motion",
  camera: "camera",
  microphone: "microphone",
};

const FAILURES = {
  denied: "The browser did not allow it.",
  missing: "There is none here, or another program uses it.",
  unsupported: "This browser cannot lend it.",
} as const;

const ask = byId("hardware-ask", HTMLElement);
const allow = byId("hardware-allow", HTMLButtonElement);
const refuse = byId("hardware-refuse", HTMLButtonElement);
const live = byId("hardware-live", HTMLElement);
const resume = byId("hardware-resume", HTMLButtonElement);
const stop = byId("hardware-stop", HTMLButtonElement);

/** Asks for what the device wants to borrow, and shows what it has, with one button that stops it all. */
export function showHardware(session: Session): void {
  session.on("hardware", (loans) => {
    showAsk(
      session,
      loans.find(({ state }) => state === "asked"),
    );
    showLive(
      session,
      loans.filter(({ state }) => state !== "asked"),
    );
  });
  session.on("hardware-failed", ({ kind, why }) => showToast(`No ${NAMES[kind]}: ${lowerFirst(FAILURES[why])}`));
}

/** One at a time, in the order they were asked. */
function showAsk(session: Session, loan: HardwareLoan | undefined): void {
  ask.hidden = loan === undefined;
  if (loan === undefined) return;
  const { kind, purpose } = loan;
  byId("hardware-title", HTMLHeadingElement).textContent = `“${purpose}” wants to use your ${NAMES[kind]}`;
  byId("hardware-detail", HTMLParagraphElement).textContent = detailOf(loan);
  // Called in the gesture, which the browser's own question needs.
  allow.onclick = () => void session.allowHardware(kind);
  refuse.onclick = () => session.refuseHardware(kind);
}

function detailOf({ want }: HardwareLoan): string {
  const until = "until you stop it, or hide this page";
  switch (want.kind) {
    case "location":
      return `An app on the remote device gets your ${want.accuracy === "fine" ? "exact" : "rough"} place, ${until}.`;
    case "motion":
      return `An app on the remote device gets how this device is held and moved, ${until}.`;
    case "camera":
      return `An app on the remote device gets its picture, at most ${want.width} × ${want.height}, ${until}.`;
    case "microphone":
      return `An app on the remote device hears what it hears, ${until}.`;
  }
}

function showLive(session: Session, loans: readonly HardwareLoan[]): void {
  const inState = (wanted: HardwareLoan["state"]) => loans.filter(({ state }) => state === wanted);
  const [opening, lent, paused] = [inState("opening"), inState("lent"), inState("paused")];
  live.hidden = loans.length === 0;
  live.toggleAttribute("data-live", lent.length > 0);
  const words = [
    ...(lent.length === 0 ? [] : [`${listOf(lent)} in use`]),
    ...(opening.length === 0 ? [] : [`${listOf(opening)} being opened`]),
    ...(paused.length === 0 ? [] : [`${listOf(paused)} paused`]),
  ];
  byId("hardware-words", HTMLSpanElement).textContent = upperFirst(words.join(", "));
  resume.hidden = paused.length === 0;
  resume.onclick = () => {
    for (const { kind } of paused) void session.allowHardware(kind);
  };
  stop.onclick = () => session.stopHardware();
}

function listOf(loans: readonly HardwareLoan[]): string {
  const names = loans.map(({ kind }) => NAMES[kind]);
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" and ");
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
