import {
  type DeviceDescription,
  type DisplayGeometry,
  type FrameHeader,
  type InputMessage,
  isDroppable,
  type Right,
  sequenceDistance,
  type ViewerMessage,
} from "#protocol";
import { retry, servePicture } from "./catch-up.ts";
import type { RelayEffect } from "./effect.ts";
import type { ArrivedFrame } from "./event.ts";
import { repeatTarget } from "./fold-target.ts";
import { askKeyframe, frameArrived } from "./frames.ts";
import { SAMPLES_PER_SECOND } from "./hardware.ts";
import { KEYFRAME_INTERVAL_MS } from "./keyframe-demand.ts";
import { INPUT_PER_SECOND } from "./lease.ts";
import { clearCache, extendCache, hasPicture, startCache } from "./picture-cache.ts";
import { takeToken } from "./rate-limit.ts";
import { passesRate as passesSaid, watchingFrom } from "./seats.ts";
import { noteFrame } from "./sent-frames.ts";
import { type Connection, createRelay, createSeat, NO_LIMITS, type RelayState } from "./state.ts";

/*
 * The rules at a mirror: those of any session for windows, skipping and joining, with the home in the place of the
 * origin. Rights, lease and the seats themselves are the home's (G-2).
 */

/** How far the seats at a mirror were shown pictures before it slept: they go on from there. */
export interface Shown {
  readonly video: number;
  readonly display: DisplayGeometry;
}

export function createMirrorRelay(
  session: string,
  device: DeviceDescription,
  shown: Shown | undefined,
  at: number,
): RelayState {
  const state = createRelay(session, device, at);
  if (shown !== undefined) {
    state.display = shown.display;
    state.cursors.video = shown.video;
    state.cursors.decodable = true;
  }
  return state;
}

/** Undefined when there is nothing that a seat could go on from. */
export function shownAt({ cursors: { video, decodable }, display }: RelayState): Shown | undefined {
  return video === undefined || display === undefined || !decodable ? undefined : { video, display };
}

/** The home is there: what was wished for meanwhile is asked of it now. */
export function homeAttached(state: RelayState, at: number): RelayEffect[] {
  // A cut may have come in the middle of what filled it.
  if (hasPicture(state.cache) && state.cache.lastSequence !== state.cursors.video) clearCache(state.cache);
  state.origin = { phase: "online", connection: 0 };
  const effects: RelayEffect[] = [];
  repeatTarget(state, effects);
  askKeyframe(state, at, effects);
  return effects;
}

export function homeDetached(state: RelayState, at: number): void {
  state.origin = { phase: "away", until: at };
}

export function displayTold(state: RelayState, display: DisplayGeometry): void {
  if (state.display?.epoch === display.epoch) return;
  state.display = display;
  state.cursors.decodable = false;
  clearCache(state.cache);
}

/**
 * A frame from the home, which may send again what is here already, so that a mirror that slept has a picture for who
 * joins. What its seats have been shown they are not sent again.
 * @throws ProtocolFault when the home broke a rule of S-5
 */
export function frameFromHome(state: RelayState, frame: ArrivedFrame): RelayEffect[] {
  const { kind, sequence, keyframe } = frame.header;
  const { cursors, cache } = state;
  const newest = kind === "audio" ? cursors.audio : cursors.video;
  if (newest === undefined || sequenceDistance(sequence, newest) > 0) return frameArrived(state, frame);
  if (kind !== "video") return [];
  if (!hasPicture(cache) && keyframe) startCache(cache, sequence, frame.message);
  else if (hasPicture(cache) && sequenceDistance(sequence, cache.lastSequence) === 1)
    extendCache(cache, sequence, frame.message);
  else return [];
  noteFrame(state.sent, sequence, frame.message.byteLength, frame.at);
  return [];
}

/** Whether the seats here, of a home that is away, can go on with this frame. */
export function isNextFrame({ cursors, display }: RelayState, { kind, epoch, sequence }: FrameHeader): boolean {
  if (kind !== "video" || cursors.video === undefined || !cursors.decodable) return false;
  return epoch === display?.epoch && sequenceDistance(sequence, cursors.video) === 1;
}

/** The home let a seat in, with these rights to frames. One that watches already only has its rights changed. */
export function seatWatches(
  state: RelayState,
  id: string,
  rights: readonly Right[],
  connection: Connection,
  at: number,
): RelayEffect[] {
  const before = state.seats.get(id)?.presence;
  const goesOn = before?.phase === "watching" && before.connection === connection;
  const presence = goesOn ? before : watchingFrom(connection, at);
  const saw = state.seats.get(id)?.rights.includes("view") === true;
  const seat = createSeat({ id, mirror: undefined, presence }, { ...NO_LIMITS, rights }, at);
  state.seats.set(id, seat);
  return goesOn && saw ? [] : servePicture(state, seat, presence, at);
}

/** A seat that watched before the mirror slept goes on where it was. */
export function seatAwakes(
  state: RelayState,
  id: string,
  rights: readonly Right[],
  connection: Connection,
  video: "flowing" | "waiting",
  at: number,
): void {
  const presence = { ...watchingFrom(connection, at), video };
  state.seats.set(id, createSeat({ id, mirror: undefined, presence }, { ...NO_LIMITS, rights }, at));
}

/** When a seat here is to be brought back, or a keyframe to be asked for again, Unix milliseconds. */
export function nextRetry(state: RelayState): number | undefined {
  // Like `nextWake` it is asked after every acknowledgement, so nothing is allocated.
  const asks = state.keyframes.wanted && state.origin.phase === "online";
  let next = asks ? state.keyframes.askedAt + KEYFRAME_INTERVAL_MS : undefined;
  for (const { presence } of state.seats.values()) {
    const due = presence.phase === "watching" ? presence.retryAt : undefined;
    if (due !== undefined && (next === undefined || due < next)) next = due;
  }
  return next;
}

export function retryDue(state: RelayState, at: number): RelayEffect[] {
  const effects = [...state.seats.values()].flatMap((seat) =>
    seat.presence.phase === "watching" ? retry(state, seat, seat.presence, at) : [],
  );
  askKeyframe(state, at, effects);
  return effects;
}

export function seatGone(state: RelayState, id: string): void {
  state.seats.delete(id);
}

/** Whether what a seat sent may go on to the home, by the rates of I-6, M-11 and B-5; `close` when it sends too much. */
export function passesRate(
  state: RelayState,
  id: string,
  sent: InputMessage | ViewerMessage | "lent-frame",
  at: number,
): "pass" | "drop" | "close" {
  const presence = state.seats.get(id)?.presence;
  if (presence?.phase !== "watching") return "pass";
  if (sent === "lent-frame") return takeToken(presence.sampleRate, SAMPLES_PER_SECOND, at) ? "pass" : "close";
  if ("type" in sent) return passesSaid(presence, sent, at) ? "pass" : "close";
  if (takeToken(presence.inputRate, INPUT_PER_SECOND, at)) return "pass";
  return isDroppable(sent) ? "drop" : "close";
}
