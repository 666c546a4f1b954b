/** The wire version. It stands in the first byte of every binary message and in every `hello`. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol that both sides speak; the edge echoes exactly this one. */
export const SUBPROTOCOL = "nearglass.v1";

/** A ticket travels as a second subprotocol: this prefix and then the ticket (never in the URL). */
export const TICKET_SUBPROTOCOL_PREFIX = "nearglass.ticket.";

/** So does a resume token, which opens the next socket of its seat or origin without a ticket. */
export const RESUME_SUBPROTOCOL_PREFIX = "nearglass.resume.";

/** Beside the resume token: the last video frame that the viewer has with all before it, in decimal (S-6). */
export const SEEN_SUBPROTOCOL_PREFIX = "nearglass.seen.";

/** Liveness of an idle socket: this text frame is answered by the platform with `PONG`, without waking the object. */
export const PING = "ping";
export const PONG = "pong";

/** The edge asks a peer that it has not heard of whether it is there; the peer answers with `ALIVE` at once. */
export const PROBE = "probe";
export const ALIVE = "alive";
