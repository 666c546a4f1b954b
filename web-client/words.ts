import type { EndReason, SessionState } from "./sdk/index.ts";

/** What a person is told of a state: what happened, and what can be done about it. */
export interface Words {
  readonly title: string;
  readonly detail: string;
  /** A button that would help, and what it does. */
  readonly action?: { readonly label: string; readonly does: "retry-now" | "open-again" | "reload" };
}

const OPEN_AGAIN = { label: "Open again", does: "open-again" } as const;
const TRY_AGAIN = { label: "Try again", does: "open-again" } as const;
const RELOAD = { label: "Reload", does: "reload" } as const;
const ASK_FOR_LINK = "Ask whoever sent it to you for a new one.";

const ENDS: Readonly<Record<EndReason, Words>> = {
  closed: { title: "You have left", detail: "The session is closed on this screen.", action: OPEN_AGAIN },
  "session-ended": { title: "The session has ended", detail: "The device was given back. Nothing more is sent." },
  "seat-replaced": {
    title: "Continued elsewhere",
    detail: "This session was opened in another tab or window, and goes on there.",
    action: { label: "Continue here", does: "open-again" },
  },
  "seat-expired": {
    title: "You were away for too long",
    detail: "The connection was lost for longer than your place is kept.",
    action: OPEN_AGAIN,
  },
  "session-full": {
    title: "The session is full",
    detail: "No more people can watch it at the moment.",
    action: TRY_AGAIN,
  },
  "device-offline": {
    title: "The device is offline",
    detail: "Its host is not connected. It may come back in a while.",
    action: TRY_AGAIN,
  },
  "no-free-device": {
    title: "No device is free",
    detail: "All devices are in use. One becomes free when somebody leaves.",
    action: TRY_AGAIN,
  },
  "access-withdrawn": { title: "Access was withdrawn", detail: "Whoever manages this device has ended your access." },
  "idle-too-long": {
    title: "Nothing was done for too long",
    detail: "The session was closed because nobody used the device.",
    action: OPEN_AGAIN,
  },
  "time-over": {
    title: "The time is over",
    detail: "The session was as long as whoever manages this device allows.",
    action: OPEN_AGAIN,
  },
  "not-permitted": { title: "Not permitted", detail: "Your link does not allow what was tried." },
  "version-unsupported": {
    title: "This page is out of date",
    detail: "A newer version is needed to go on.",
    action: RELOAD,
  },
  "protocol-fault": {
    title: "Something went wrong",
    detail: "The connection was closed because of a message that made no sense.",
    action: OPEN_AGAIN,
  },
  "no-link": { title: "A link is needed", detail: "Open this page with the whole link that was sent to you." },
  "link-invalid": {
    title: "This link is not valid",
    detail: `It may have been cut short when it was copied. ${ASK_FOR_LINK}`,
  },
  "link-expired": { title: "This link has expired", detail: ASK_FOR_LINK },
  "link-used-up": {
    title: "This link was already used",
    detail: `It could be opened a limited number of times. ${ASK_FOR_LINK}`,
  },
  "link-not-yet": { title: "This link is not valid yet", detail: "Open it when its time has come.", action: TRY_AGAIN },
  "link-for-another": {
    title: "This link is for somebody else",
    detail: "Only the person whom it names can open it, signed in.",
  },
  "step-up-needed": {
    title: "More proof is needed",
    detail: "To open a device, sign in with what your company asks for, such as a second factor.",
  },
  "not-embeddable": {
    title: "Not in this page",
    detail: "The device may not be shown in the page around it. Whoever manages it decides where.",
  },
  "ticket-refused": {
    title: "The ticket was refused",
    detail: "It has expired or was used before.",
    action: TRY_AGAIN,
  },
  refused: { title: "The request was refused", detail: "The service did not accept this link.", action: TRY_AGAIN },
  "no-webcodecs": {
    title: "This browser cannot show the device",
    detail: "It has no WebCodecs for this video. Use a current Chrome, Edge, Safari or desktop Firefox.",
  },
  "insecure-origin": {
    title: "This page needs a secure address",
    detail:
      "Browsers decode video for pages loaded over https (or from localhost) only. Open the same address with https.",
  },
  "player-failed": {
    title: "The picture has stopped",
    detail: "A part of this page could not be loaded, or broke.",
    action: RELOAD,
  },
};

/** What stands over the picture in a state; undefined while the picture speaks for itself. */
export function wordsOf(
  state: SessionState,
  seen: { readonly picture: boolean; readonly at: number },
): Words | undefined {
  switch (state.name) {
    case "idle":
    case "redeeming":
      return { title: "Opening the link", detail: "Finding a device near you." };
    case "connecting":
      return { title: "Connecting", detail: "The device is ready." };
    case "waiting-for-origin":
      return { title: "Waiting for the device", detail: "It will appear as soon as its host is connected." };
    case "live":
      return seen.picture ? undefined : { title: "Connected", detail: "Waiting for the first picture." };
    case "reconnecting":
      return reconnecting(state.retryAt, seen.at);
    case "ended":
      return ENDS[state.reason];
  }
}

function reconnecting(retryAt: number | undefined, at: number): Words {
  const title = "Connection lost";
  const seconds = retryAt === undefined ? 0 : Math.ceil((retryAt - at) / 1_000);
  if (seconds <= 0) return { title, detail: "Reconnecting now. Your session goes on where it was." };
  return {
    title,
    detail: `Trying again in ${seconds} ${seconds === 1 ? "second" : "seconds"}. Your session goes on where it was.`,
    action: { label: "Try now", does: "retry-now" },
  };
}
