/**
 * The audit log's chain: how an event is written, hashed and signed, and how an export is held against itself. Nothing here
 * reaches further than to WebCrypto; the time and the storage are the caller's.
 */
export type { Json } from "./canonical.ts";
export { chainHash, signText } from "./chain.ts";
export {
  type Action,
  type AuditEvent,
  checkpointLine,
  checkpointText,
  eventLine,
  eventText,
  NO_HASH,
} from "./event.ts";
export { type Finding, type Verdict, verifyAudit } from "./verify.ts";
