import { byId } from "../by-id.ts";
import { type SessionState, tenantOf } from "../sdk/index.ts";

/** The link of whoever is at the identity provider. Not in the address that they come back to: servers would write it down. */
const LINK = "nearglass.link";

const WAYS = {
  "link-for-another": { purpose: "entry", words: "Sign in, if it is for you" },
  "step-up-needed": { purpose: "open", words: "Sign in again" },
} as const;

/** Offers to sign in where that may open the link, and comes back to this page. */
export function showSignIn(state: SessionState): void {
  const anchor = byId("sign-in", HTMLAnchorElement);
  const grant = location.hash.slice(1);
  const reason = state.name === "ended" ? state.reason : undefined;
  const way = reason === "link-for-another" || reason === "step-up-needed" ? WAYS[reason] : undefined;
  const tenant = way && tenantOf(grant);
  anchor.hidden = tenant === undefined;
  if (way === undefined || tenant === undefined) return;
  anchor.textContent = way.words;
  anchor.href = `/api/v1/signin/${encodeURIComponent(tenant)}/start?for=${way.purpose}&return=${location.pathname}`;
  anchor.onclick = () => sessionStorage.setItem(LINK, grant);
}

/** The link that was kept while its holder signed in, once. It stands in the address again, as it did before. */
export function takeKeptLink(): string | undefined {
  const grant = keptLink();
  if (grant === undefined) return undefined;
  sessionStorage.removeItem(LINK);
  if (location.hash !== "") return undefined;
  history.replaceState(null, "", `#${grant}`);
  return grant;
}

/** Storage may be withheld by the person's settings: then the link has to be opened once more. */
function keptLink(): string | undefined {
  try {
    return sessionStorage.getItem(LINK) ?? undefined;
  } catch {
    return undefined;
  }
}
