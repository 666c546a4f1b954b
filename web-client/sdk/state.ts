import { CLOSE, closeName } from "#protocol";

/** Why a session is over. Nothing is tried again by itself. */
export type EndReason =
  /** `close()` was called. */
  | "closed"
  | "session-ended"
  /** The seat was continued elsewhere, in another tab for instance. */
  | "seat-replaced"
  /** The connection was away for longer than the seat is kept. */
  | "seat-expired"
  | "session-full"
  | "device-offline"
  | "no-free-device"
  | "access-withdrawn"
  /** Nobody had steered for as long as is allowed. */
  | "idle-too-long"
  /** It was as long as is allowed. */
  | "time-over"
  | "not-permitted"
  | "version-unsupported"
  | "protocol-fault"
  /** Neither a grant nor a ticket nor a session to resume. */
  | "no-link"
  | "link-invalid"
  | "link-expired"
  | "link-used-up"
  /** Its time has not come. */
  | "link-not-yet"
  /** It names somebody, and nobody has shown to be that person. */
  | "link-for-another"
  /** It names whoever is signed in, who must prove more before it opens. */
  | "step-up-needed"
  /** The page around is none that may embed it. */
  | "not-embeddable"
  | "ticket-refused"
  /** The edge refused for a reason that this version does not know. */
  | "refused"
  /** The browser has no WebCodecs, or none for this video. */
  | "no-webcodecs"
  /** The page was not loaded over https, so that the browser withholds WebCodecs. */
  | "insecure-origin"
  /** The part of the page that shows the picture could not be loaded, or broke. */
  | "player-failed";

/** Where a session stands, with exactly the fields of that state. Times are Unix milliseconds. */
export type SessionState =
  | { readonly name: "idle" }
  /** The link's grant is being exchanged for a seat. */
  | { readonly name: "redeeming" }
  | { readonly name: "connecting" }
  /** Connected; the device's side is away and expected back. */
  | { readonly name: "waiting-for-origin" }
  | { readonly name: "live" }
  /** `retryAt` is undefined while a try is under way, and while the page is put away. */
  | { readonly name: "reconnecting"; readonly attempt: number; readonly retryAt: number | undefined }
  | { readonly name: "ended"; readonly reason: EndReason };

const END_REASONS = {
  [CLOSE.sessionEnded.code]: "session-ended",
  [CLOSE.seatReplaced.code]: "seat-replaced",
  [CLOSE.originReplaced.code]: "session-ended",
  [CLOSE.deviceOffline.code]: "device-offline",
  [CLOSE.noSuchSession.code]: "session-ended",
  [CLOSE.sessionFull.code]: "session-full",
  [CLOSE.revoked.code]: "access-withdrawn",
  [CLOSE.idleTooLong.code]: "idle-too-long",
  [CLOSE.timeOver.code]: "time-over",
  [CLOSE.protocolFault.code]: "protocol-fault",
  [CLOSE.notPermitted.code]: "not-permitted",
  [CLOSE.messageTooBig.code]: "protocol-fault",
  [CLOSE.versionUnsupported.code]: "version-unsupported",
} as const satisfies Record<number, EndReason>;

/** What a close code means: the end, or undefined when it is worth connecting again (docs/protocol.md, C-1). */
export function endReasonOf(code: number): EndReason | undefined {
  const name = closeName(code);
  if (name === undefined || CLOSE[name].after === "reconnect") return undefined;
  return (END_REASONS as Record<number, EndReason>)[code] ?? "refused";
}
