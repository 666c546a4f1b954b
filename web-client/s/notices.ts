import { byId } from "../by-id.ts";
import type { Ending, LeaseView, Refusal, Session } from "../sdk/index.ts";
import { showToast } from "./toast.ts";

const REFUSAL_WORDS: Readonly<Record<Refusal["what"], string>> = {
  lease: "You can watch this device, but not steer it.",
  touch: "Your link does not allow touching.",
  keyboard: "Your link does not allow typing.",
  clipboard: "Your link does not allow the clipboard.",
  app: "Your link does not allow to open that app.",
  home: "This session is for one app: there is no way out of it.",
};

function refusalWords({ what, reason }: Refusal): string {
  if (reason === "lease-held") return "Somebody else is steering just now.";
  if (reason === "nobody") return "Nobody is there who could let you steer.";
  if (reason === "denied") return "Whoever steers would rather go on.";
  return reason === "over-limit" ? "That was too long, or too often, for what is allowed." : REFUSAL_WORDS[what];
}

/** Who steers, what was refused, what is allowed from now on and until when, and what the device copied. */
export function showNotices(session: Session): void {
  session.on("lease", (lease) => showLease(session, lease));
  session.on("state", ({ name }) => (name === "live" ? showLease(session, session.lease) : hideLease()));
  session.on("refused", (refusal) => showToast(refusalWords(refusal)));
  session.on("rights", () => {
    showToast("What you may do here has been changed.");
    showLease(session, session.lease);
  });
  session.on("ending", showEnding);
  session.on("lease-asked", (seat) => {
    showToast("Somebody who watches asks to steer.", { label: "Let them", act: () => session.answerLease(seat, true) });
  });
  session.on("clipboard", (text) => copyHere(text));
}

const pill = byId("lease", HTMLParagraphElement);
const take = byId("lease-take", HTMLButtonElement);

function showLease(session: Session, lease: LeaseView): void {
  const maySteer = session.rights.includes("touch") || session.rights.includes("keyboard");
  pill.hidden = lease.mine;
  take.hidden = !maySteer;
  const asks = session.allowance.asksToSteer === true;
  take.textContent = asks ? "Ask to steer" : "Take over";
  take.onclick = () => {
    session.requestLease();
    if (asks) showToast("Whoever steers is asked.");
  };
  const watching = maySteer ? "Nobody is steering" : "You are watching";
  byId("lease-words", HTMLSpanElement).textContent = lease.held ? "Somebody else is steering" : watching;
}

function showEnding({ reason, at }: Ending): void {
  if (at === undefined) return showToast("The session goes on.");
  const seconds = Math.max(1, Math.round((at - Date.now()) / 1_000));
  const when = `The session ends in ${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  const mayStay = reason === "idle" ? ", as nobody steers. Touch the picture to go on." : ": its time is over then.";
  showToast(`${when}${mayStay}`);
}

function hideLease(): void {
  pill.hidden = true;
}

/** Browsers let a page write to the clipboard for a moment after a gesture; past that, a button makes one. */
function copyHere(text: string): void {
  const write = () => navigator.clipboard.writeText(text);
  write().then(
    () => showToast("Copied from the device."),
    () =>
      showToast("The device copied a text.", {
        label: "Copy here",
        act: () => {
          write().catch(() => showToast("The browser did not allow copying."));
        },
      }),
  );
}
