import { unreachable } from "#protocol";
import { seatChanged } from "./change.ts";
import type { RelayEffect } from "./effect.ts";
import type { RelayEvent } from "./event.ts";
import { followHolder } from "./hardware.ts";
import { inputArrived } from "./lease.ts";
import { mirrorHappened } from "./mirrors.ts";
import { originConnected, originLeft, originSaid } from "./origin.ts";
import { seatRevoked } from "./revoke.ts";
import { seatAdmitted, viewerConnected, viewerLeft, viewerResumed, viewerSaid } from "./seats.ts";
import { NO_LIMITS, type RelayState } from "./state.ts";
import { woke } from "./wake.ts";

/**
 * What follows from an event. Edits the state in place and returns the orders, in order.
 * @throws ProtocolFault when the origin's message breaks a rule: its socket is to be closed
 */
export function apply(state: RelayState, event: RelayEvent): RelayEffect[] {
  const effects = happened(state, event);
  effects.push(...followHolder(state, event.at));
  return effects;
}

function happened(state: RelayState, event: RelayEvent): RelayEffect[] {
  switch (event.type) {
    case "seat-admitted":
      return seatAdmitted(state, event.seat, { ...NO_LIMITS, ...event }, event.mirror, event.at);
    case "seat-changed":
      return seatChanged(state, event.seat, event.terms, event.at);
    case "seat-revoked":
      return seatRevoked(state, event.seat, event.at);
    case "viewer-connected":
      return viewerConnected(state, event, event.at);
    case "viewer-resumed":
      return viewerResumed(state, event, event.at);
    case "viewer-said": {
      const seat = state.seats.get(event.seat);
      return seat === undefined ? [] : viewerSaid(state, seat, event.message, event.at);
    }
    case "input-arrived": {
      const seat = state.seats.get(event.seat);
      return seat === undefined ? [] : inputArrived(state, seat, event.input, event.message, event.at);
    }
    case "viewer-left": {
      const seat = state.seats.get(event.seat);
      return seat === undefined ? [] : viewerLeft(state, seat, event.connection, event.at);
    }
    case "origin-connected":
      return originConnected(state, event.connection, event.at);
    case "origin-said":
      return originSaid(state, event.message, event.at);
    case "origin-left":
      return originLeft(state, event.connection, event.at);
    case "mirror-attached":
    case "mirror-acknowledged":
    case "mirror-limited":
    case "mirror-wished-keyframe":
    case "mirror-detached":
    case "viewer-continued":
      return mirrorHappened(state, event);
    case "woke":
      return woke(state, event.at);
    default:
      return unreachable(event);
  }
}
