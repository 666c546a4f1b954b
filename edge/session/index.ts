export type { SessionRpc, SessionSpec } from "./contract.ts";
export { locationHintFor, type Whereabouts } from "./location-hint.ts";
export { newSessionId, SESSION_ID, sessionStub } from "./session-id.ts";
export { SessionObject } from "./session-object.ts";
