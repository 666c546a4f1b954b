import { byId } from "../by-id.ts";
import { defineNearglassView, NearglassView, type Session } from "../element.ts";
import { portalOfTab, takeHandedSeat } from "../handed-seat.ts";
import { followSession, setUpBar } from "./bar.ts";
import { setUpConnectionPanel } from "./connection-panel.ts";
import { setUpDevicePanel } from "./device-panel.ts";
import { setUpFiles } from "./files.ts";
import { showHardware } from "./hardware.ts";
import { setUpInvitation } from "./invitation.ts";
import { showNotices } from "./notices.ts";
import { showSignIn, takeKeptLink } from "./sign-in.ts";
import { followVisibleHeight } from "./viewport.ts";

// The page behind a link, and behind the portal's buttons. The grant stays in the address, so that the link survives a reload and can be copied; it is
// sent nowhere but to be redeemed.

defineNearglassView();
const view = document.querySelector("nearglass-view");
if (!(view instanceof NearglassView)) throw new Error("the page has no view");

setUpBar(view);
setUpDevicePanel(view);
setUpConnectionPanel(view);
const showFiles = setUpFiles(view);
const offerInvitation = setUpInvitation(view);
followVisibleHeight();
view.addEventListener("nearglass-open", (event) => {
  // Safe: the element documents that this event's detail is the session.
  const session = (event as CustomEvent<Session>).detail;
  followSession(session);
  showNotices(session);
  showHardware(session);
  showFiles(session);
  session.on("welcome", ({ device }) => {
    document.title = `${device.name} · Nearglass`;
  });
  session.on("state", (state) => {
    showWayBack(state.name === "ended");
    showSignIn(state);
  });
});

function openLink(view: NearglassView): void {
  const grant = takeKeptLink() ?? location.hash.slice(1);
  offerInvitation(grant);
  view.open(grant === "" ? (takeHandedSeat() ?? {}) : { grant });
}

/** To the portal, for whoever came from there: a ticket opens nothing twice. */
function showWayBack(isOver: boolean): void {
  const link = byId("portal", HTMLAnchorElement);
  const portal = location.hash === "" ? portalOfTab() : undefined;
  if (portal !== undefined) link.href = portal;
  link.hidden = !isOver || portal === undefined;
}

addEventListener("hashchange", () => openLink(view));
openLink(view);
