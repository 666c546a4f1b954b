import {
  type OriginMessage,
  PROTOCOL_VERSION,
  ProtocolFault,
  sequenceDistance,
  type ToViewerMessage,
  unreachable,
} from "#protocol";
import { takeTransfer } from "./allowance.ts";
import type { RelayEffect } from "./effect.ts";
import { repeatTarget } from "./fold-target.ts";
import { askKeyframe } from "./frames.ts";
import { forgetLoans, hardwareAsked, hardwareReleased } from "./hardware.ts";
import { remindHolder, renumberLease } from "./lease.ts";
import { tellMirrors } from "./mirrors.ts";
import { clearCache } from "./picture-cache.ts";
import { HELLO_DEADLINE_MS } from "./seats.ts";
import { AGENT_GRACE_MS, type Connection, type RelayState, watchingSeats } from "./state.ts";

/**
 * How far a new agent's counters jump when this object has slept through the frames that the last agent sent:
 * 9 hours of 30 fps, and still far within the half of the numbers that counts as ahead (S-4).
 */
const SEQUENCE_JUMP = 2 ** 20;

/** S-2: one origin, and the newest connection is it. */
export function originConnected(state: RelayState, connection: Connection, at: number): RelayEffect[] {
  const before = state.origin;
  state.origin = { phase: "greeting", connection, until: at + HELLO_DEADLINE_MS };
  const effects: RelayEffect[] = [{ type: "note-origin" }, { type: "remember" }];
  if (before.phase !== "away")
    effects.push({ type: "close-origin", connection: before.connection, reason: "originReplaced" });
  if (before.phase === "online") effects.push(...tellAll(state, { type: "origin", state: "away" }));
  return effects;
}

export function originSaid(state: RelayState, message: OriginMessage, at: number): RelayEffect[] {
  const { origin } = state;
  if (origin.phase === "away") return [];
  if (origin.phase === "greeting") return greeted(state, origin.connection, message, at);
  switch (message.type) {
    case "hello":
      throw new ProtocolFault("unexpected-message", "hello comes once");
    case "display": {
      const { type: _, ...display } = message;
      state.display = display;
      state.cursors.decodable = false;
      clearCache(state.cache);
      return [{ type: "remember" }, ...tellMirrors(state, message), ...tellAll(state, message)];
    }
    case "input-ack":
      return inputAcknowledged(state, message);
    case "clock":
      return [{ type: "tell-origin", message: { type: "clock-reply", sentAt: message.sentAt, at: at * 1_000 } }];
    case "clipboard":
      return clipboardChanged(state, message.text, at);
    case "hardware-ask":
      return hardwareAsked(state, message, at);
    case "hardware-done":
      return hardwareReleased(state, message.kind);
    case "device-lost":
      return [{ type: "end-session", reason: "device-offline" }];
    case "bye":
      return [
        { type: "close-origin", connection: origin.connection, reason: "sessionEnded" },
        ...originLeft(state, origin.connection, at),
      ];
    default:
      return unreachable(message);
  }
}

function greeted(state: RelayState, connection: Connection, message: OriginMessage, at: number): RelayEffect[] {
  if (message.type !== "hello") throw new ProtocolFault("unexpected-message", "hello comes first");
  if (message.protocol !== PROTOCOL_VERSION)
    return [{ type: "close-origin", connection, reason: "versionUnsupported" }];
  const { cursors } = state;
  state.origin = { phase: "online", connection };
  const effects: RelayEffect[] = [{ type: "note-origin" }, { type: "remember" }];
  if (message.audio !== undefined && message.audio.channels !== state.audio?.channels) {
    state.audio = message.audio;
    effects.push(...tellAll(state, { type: "audio", ...message.audio }));
  }
  effects.push({
    type: "welcome-origin",
    message: {
      type: "welcome",
      protocol: PROTOCOL_VERSION,
      session: state.session,
      nextEpoch: state.display === undefined ? 0 : (state.display.epoch + 1) & 0xffff,
      nextVideo: nextSequence(cursors.video, cursors.remembered.video, state.display !== undefined),
      nextAudio: nextSequence(cursors.audio, cursors.remembered.audio, state.display !== undefined),
      viewers: watchingSeats(state),
      at: at * 1_000,
    },
  });
  repeatTarget(state, effects);
  effects.push(...tellAll(state, { type: "origin", state: "online" }));
  if (message.resumed) effects.push(...remindHolder(state));
  else {
    effects.push(...renumberLease(state), ...forgetLoans(state));
    // A new agent begins with a new display and a keyframe; what the old one sent does not lead there.
    cursors.decodable = false;
    clearCache(state.cache);
    // It comes without being asked for; asked again if it does not.
    state.keyframes.wanted = watchingSeats(state) > 0;
    state.keyframes.askedAt = at;
  }
  askKeyframe(state, at, effects);
  return effects;
}

function nextSequence(seen: number | undefined, remembered: number, served: boolean): number {
  if (seen !== undefined) return (seen + 1) >>> 0;
  return served ? (remembered + SEQUENCE_JUMP) >>> 0 : 0;
}

function inputAcknowledged(state: RelayState, message: Extract<OriginMessage, { type: "input-ack" }>): RelayEffect[] {
  const { lease } = state;
  if (message.lease !== lease.number || lease.holder === undefined) return [];
  if (sequenceDistance(message.sequence, lease.applied) <= 0) return [];
  lease.applied = message.sequence;
  const holder = state.seats.get(lease.holder);
  return holder?.presence.phase === "watching" ? [{ type: "tell-seat", seat: holder.id, message }] : [];
}

/** The device's clipboard goes to whoever steers, if that seat may have it, and as much of it. */
function clipboardChanged(state: RelayState, text: string, at: number): RelayEffect[] {
  const holder = state.lease.holder === undefined ? undefined : state.seats.get(state.lease.holder);
  if (holder?.presence.phase !== "watching" || !holder.rights.includes("clipboard")) return [];
  const limit = holder.allowance.clipboardFromDevice;
  const answer = takeTransfer(limit, holder.transfers.fromDevice, text, at);
  const tell = (message: Extract<ToViewerMessage, { type: "clipboard" | "refused" }>): RelayEffect => {
    return { type: "tell-seat", seat: holder.id, message };
  };
  if (answer === "no-right") return [];
  if (answer === "over-limit") return [tell({ type: "refused", what: "clipboard", reason: "over-limit" })];
  return [
    tell({ type: "clipboard", text }),
    ...(limit?.perMinute === undefined ? [] : [{ type: "remember" } as const]),
  ];
}

export function originLeft(state: RelayState, connection: Connection, at: number): RelayEffect[] {
  const { origin } = state;
  if (origin.phase === "away" || origin.connection !== connection) return [];
  state.origin = { phase: "away", until: at + AGENT_GRACE_MS };
  return [
    { type: "remember" },
    ...(origin.phase === "online" ? tellAll(state, { type: "origin", state: "away" }) : []),
  ];
}

function tellAll(state: RelayState, message: Exclude<ToViewerMessage, { type: "welcome" }>): RelayEffect[] {
  const effects: RelayEffect[] = [];
  for (const seat of state.seats.values()) {
    if (seat.presence.phase === "watching") effects.push({ type: "tell-seat", seat: seat.id, message });
  }
  return effects;
}
