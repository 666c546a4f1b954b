import { problemResponses } from "../http/index.ts";

/** What every socket's route says of itself in the OpenAPI document. */
export const SOCKET_DESCRIPTION =
  "A WebSocket. Offer the subprotocols `nearglass.v1` and `nearglass.ticket.<token>`; `nearglass.v1` is chosen. " +
  "A seat or agent of a session that comes back may offer `nearglass.resume.<token>` instead, with its resume token; a seat that still has " +
  "its picture adds `nearglass.seen.<sequence>`, the last video frame of it, and is sent what followed. " +
  "A token that is refused is answered by a close with code 4401, because browsers cannot read the status of an upgrade that failed.";

export const SOCKET_RESPONSES = {
  101: { description: "The socket is open, or is closed at once with a code that says why." },
  ...problemResponses("invalid-request", "upgrade-required"),
};
