/** The rules of one session, free of effects: events and frames in, orders out. */
export { apply } from "./apply.ts";
export {
  createMirrorRelay,
  displayTold,
  frameFromHome,
  homeAttached,
  homeDetached,
  isNextFrame,
  nextRetry,
  passesRate,
  retryDue,
  type Shown,
  seatAwakes,
  seatGone,
  seatWatches,
  shownAt,
} from "./at-mirror.ts";
export type { RelayEffect } from "./effect.ts";
export type { ArrivedFrame, RelayEvent } from "./event.ts";
export { type FileDenial, isOverDownload, judgeFile } from "./files.ts";
export { frameArrived } from "./frames.ts";
export { lentFrameArrived } from "./hardware.ts";
export { LENDING_LIMITS } from "./lending-limits.ts";
export {
  type RelayMemory,
  rememberOrigin,
  rememberRelay,
  rememberSeat,
  restoreRelay,
  type SocketMemory,
} from "./memory.ts";
export { hasPicture } from "./picture-cache.ts";
export { type FramesShown, framesShown } from "./revoke.ts";
export { SEAT_GRACE_MS } from "./seats.ts";
export { type Connection, createRelay, type RelayState, type SeatTerms } from "./state.ts";
export { nextWake } from "./wake.ts";
