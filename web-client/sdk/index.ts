import { ClientSession } from "./client-session.ts";
import type { ConnectOptions } from "./options.ts";
import type { Session } from "./session-api.ts";

export type { SoundState } from "./audio/sound.ts";
export type { DeviceButton } from "./controls.ts";
export type { DeviceFile, FileFailure, FileTransfer } from "./files/transfer.ts";
export type { HardwareLoan } from "./hardware/lending.ts";
export { handedOn, type Narrowing, narrow, seal, tenantOf } from "./narrow.ts";
export type { ConnectOptions } from "./options.ts";
export type { Ending, LeaseView, Permission, Refusal, Session, SessionEvents } from "./session-api.ts";
export type { EndReason, SessionState } from "./state.ts";
export type { SessionStats } from "./stats.ts";
export type { PaintedPicture } from "./video/messages.ts";

/**
 * Take a seat at a device and show it. Returns at once; what follows is told by `Session.on("state")`. It never
 * throws for what an edge or a network does: that is a state, too.
 * @throws TypeError for an `edge` that is no URL, and InvalidStateError for a canvas that is in use
 */
export function connect(options: ConnectOptions): Session {
  return new ClientSession(options);
}
