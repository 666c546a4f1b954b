/** The link between a session's home and its mirrors, and the names of mirrors (docs/protocol.md, G). */
export { Link } from "./link.ts";
export { mirrorHint, mirrorName, mirrorStub } from "./mirror-id.ts";
export { type DownRecord, down, type SeatSocketName, type UpRecord, up } from "./record.ts";
export { WaitingRecords } from "./waiting-records.ts";
