import { unreachable } from "#protocol";
import { defineNearglassView, NearglassView, type Session } from "../element.ts";
import type { FromFrame, Marked, ToFrame } from "./contract.ts";
import { readToFrame } from "./read-message.ts";

// The page in a frame. Who frames it at all, the browser holds against the tenant's list before this runs. Whoever speaks
// first with a link is the page around: from then on nobody else is heard, and nobody else is told.

defineNearglassView();
const found = document.querySelector("nearglass-view");
if (!(found instanceof NearglassView)) throw new Error("the page has no view");
const view = found;

/** Origin of the page around, once it has opened something. */
let around: string | undefined;

function tell(message: FromFrame, to: string | undefined = around): void {
  const marked: FromFrame & Marked = { nearglass: "embed.1", ...message };
  if (to !== undefined) parent.postMessage(marked, to);
}

addEventListener("message", ({ data, origin, source }: MessageEvent<unknown>) => {
  // A page without an origin of its own (a file, a sandbox) cannot be told apart from others.
  if (source !== parent || parent === window || origin === "null" || (around ?? origin) !== origin) return;
  const message = readToFrame(data);
  if (message !== undefined) obey(message, origin);
});

function obey(message: ToFrame, origin: string): void {
  const { session } = view;
  switch (message.type) {
    case "open": {
      const { type: _, ...options } = message;
      around = origin;
      follow(view.open({ ...options, embeddedBy: origin }));
      return;
    }
    case "close":
      return session?.close();
    case "focus":
      return view.focus();
    case "mute":
      return session?.mute();
    case "unmute":
      return session?.unmute();
    case "lease":
      return message.want ? session?.requestLease() : session?.releaseLease();
    case "press":
      return session?.press(message.button);
    case "text":
      return session?.sendText(message.text);
    default:
      return unreachable(message);
  }
}

function follow(session: Session): void {
  session.on("state", (state) => {
    tell({ type: "state", value: state });
    if (state.name === "ended") tell({ type: "ended", value: { reason: state.reason } });
  });
  session.on("welcome", ({ device, rights }) => tell({ type: "welcome", value: { device: device.name, rights } }));
  session.on("lease", ({ mine, held }) => tell({ type: "lease", value: { mine, held } }));
  session.on("rights", ({ rights }) => tell({ type: "rights", value: { rights } }));
  session.on("ending", ({ reason, at }) => tell({ type: "ending", value: { reason, at } }));
  session.on("refused", ({ what, reason }) => tell({ type: "refused", value: { what, reason } }));
  session.on("sound", (value) => tell({ type: "sound", value }));
  session.on("leave", () => tell({ type: "leave", value: undefined }));
  // The device's own copy, where the browser lets a frame write; the page around does not get it.
  session.on("clipboard", (text) => void navigator.clipboard.writeText(text).catch(() => {}));
}

if (parent === window) view.open({});
else tell({ type: "ready" }, "*");
