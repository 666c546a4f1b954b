import type { Right } from "#protocol";
import { byId } from "../by-id.ts";
import type { NearglassView } from "../element.ts";
import { handedOn, narrow } from "../sdk/index.ts";
import { showToast } from "./toast.ts";

/** What whoever is invited gets, of what one has oneself. Who is to steer takes the lease when nobody has it, or asks (L-3). */
const INVITATIONS = {
  watch: { rights: ["view", "audio"], copied: "A link to watch was copied." },
  steer: { rights: ["view", "audio", "touch", "keyboard", "clipboard"], copied: "A link to steer was copied." },
} as const satisfies Record<string, { readonly rights: readonly Right[]; readonly copied: string }>;
type Invitation = keyof typeof INVITATIONS;

/**
 * A button that makes a link to watch, or one more to steer, out of one's own, on this machine alone. Returns what offers it,
 * for the link that is open; the button is there for links that can be narrowed.
 */
export function setUpInvitation(view: NearglassView): (grant: string) => void {
  const button = byId("invite", HTMLButtonElement);
  let own = "";
  const invite = (to: Invitation) => {
    linkTo(to, own, view).then(
      (link) => copy(link, to, () => invite("steer")),
      () => showToast("This browser cannot make a link out of yours."),
    );
  };
  button.addEventListener("click", () => invite("watch"));
  return (grant) => {
    own = grant;
    button.hidden = handedOn(grant) === undefined;
  };
}

/** Who opens it comes into this very session: by the link itself where all meet in one, else by the session's name. */
async function linkTo(to: Invitation, own: string, { session }: NearglassView): Promise<string> {
  const given: readonly Right[] = INVITATIONS[to].rights;
  const rights = session?.rights.filter((right) => given.includes(right)) ?? [];
  const into = handedOn(own)?.shared === true || session?.id === undefined ? {} : { session: session.id };
  const url = new URL(location.href);
  url.hash = await narrow(own, { rights, ...into });
  return url.href;
}

function copy(link: string, to: Invitation, letSteer: () => void): void {
  const write = () => navigator.clipboard.writeText(link);
  const { copied } = INVITATIONS[to];
  const done = () => showToast(copied, to === "watch" ? { label: "Let them steer", act: letSteer } : undefined);
  write().then(done, () =>
    showToast("The link is ready.", {
      label: "Copy it",
      act: () => {
        write().then(done, () => showToast("The browser did not allow copying."));
      },
    }),
  );
}
