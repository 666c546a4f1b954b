export type { FileOutcome, RevokedSeat, RevokedSeats, SessionQuality, SessionRpc, SessionSpec } from "./contract.ts";
export { locationHintFor, type Whereabouts } from "./location-hint.ts";
export { RESUME_TOKEN, randomToken } from "./random-token.ts";
export { newSessionId, SESSION_ID, sessionStub } from "./session-id.ts";
export { SessionObject } from "./session-object.ts";
