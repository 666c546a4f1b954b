import { byId } from "../by-id.ts";
import type { LeaseView, Refusal, Session } from "../sdk/index.ts";
import { showToast } from "./toast.ts";

const REFUSAL_WORDS: Readonly<Record<Refusal["what"], string>> = {
  lease: "You can watch this device, but not steer it.",
  touch: "Your link does not allow touching.",
  keyboard: "Your link does not allow typing.",
  clipboard: "Your link does not allow the clipboard.",
  app: "Your link does not allow to open apps.",
};

/** Who steers, what was refused, and what the device copied. */
export function showNotices(session: Session): void {
  session.on("lease", (lease) => showLease(session, lease));
  session.on("state", ({ name }) => (name === "live" ? showLease(session, session.lease) : hideLease()));
  session.on("refused", ({ what, reason }) => {
    showToast(reason === "lease-held" ? "Somebody else is steering just now." : REFUSAL_WORDS[what]);
  });
  session.on("clipboard", (text) => copyHere(text));
}

const pill = byId("lease", HTMLParagraphElement);
const take = byId("lease-take", HTMLButtonElement);

function showLease(session: Session, lease: LeaseView): void {
  const maySteer = session.rights.includes("touch") || session.rights.includes("keyboard");
  pill.hidden = lease.mine;
  take.hidden = !maySteer;
  take.onclick = () => session.requestLease();
  const watching = maySteer ? "Nobody is steering" : "You are watching";
  byId("lease-words", HTMLSpanElement).textContent = lease.held ? "Somebody else is steering" : watching;
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
