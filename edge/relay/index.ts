/** The rules of one session, free of effects: events and frames in, orders out. */
export { apply } from "./apply.ts";
export type { RelayEffect } from "./effect.ts";
export type { ArrivedFrame, RelayEvent } from "./event.ts";
export { frameArrived } from "./frames.ts";
export {
  type RelayMemory,
  rememberOrigin,
  rememberRelay,
  rememberSeat,
  restoreRelay,
  type SocketMemory,
} from "./memory.ts";
export { SEAT_GRACE_MS } from "./seats.ts";
export { type Connection, createRelay, type RelayState } from "./state.ts";
export { nextWake } from "./wake.ts";
