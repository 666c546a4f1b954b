import type { NearglassView } from "../element.ts";
import { handedOn, narrow } from "../sdk/index.ts";
import { byId } from "./by-id.ts";
import { showToast } from "./toast.ts";

/** What whoever is invited to watch gets, if one has it. */
const TO_WATCH: readonly string[] = ["view", "audio"];

/**
 * A button that makes a link to watch out of one's own, on this machine alone. Returns what offers it, for the link that
 * is open; the button is there for links that can be narrowed.
 */
export function setUpInvitation(view: NearglassView): (grant: string) => void {
  const button = byId("invite", HTMLButtonElement);
  let own = "";
  button.addEventListener("click", () => {
    invitation(own, view).then(copy, () => showToast("This browser cannot make a link out of yours."));
  });
  return (grant) => {
    own = grant;
    button.hidden = handedOn(grant) === undefined;
  };
}

/** Who opens it comes into this very session: by the link itself where all meet in one, else by the session's name. */
async function invitation(own: string, { session }: NearglassView): Promise<string> {
  const rights = session?.rights.filter((right) => TO_WATCH.includes(right)) ?? [];
  const into = handedOn(own)?.shared === true || session?.id === undefined ? {} : { session: session.id };
  const url = new URL(location.href);
  url.hash = await narrow(own, { rights, ...into });
  return url.href;
}

function copy(link: string): void {
  const write = () => navigator.clipboard.writeText(link);
  const done = () => showToast("A link to watch was copied.");
  write().then(done, () =>
    showToast("A link to watch is ready.", {
      label: "Copy it",
      act: () => {
        write().then(done, () => showToast("The browser did not allow copying."));
      },
    }),
  );
}
