import type { RelayEffect } from "./effect.ts";
import { MAX_RATE, MIN_RATE } from "./seat-rate.ts";
import type { RelayState, WatchingPresence } from "./state.ts";
import { FULL_FRAME_RATE, type Target } from "./target.ts";

const BITS_PER_RATE = 8_000;
/** A seat below this share of the median is thinned and slows nobody; it counts again above the other. */
const FLOOR_SHARE = 0.5;
const RETURN_SHARE = 0.6;
/** A change of less is not worth a message, and a rise can wait for the next. */
const TOLD_SHARE = 0.05;
const RISE_INTERVAL_MS = 100;
/** A seat that was silent for so long with something on its way speaks for nobody. */
const SILENT_MS = 1_000;
const LOW_FRAME_RATE = 15;
const LOW_FRAME_BITRATE = 400_000;
const FULL_FRAME_BITRATE = 500_000;
const SMALL_SIDE = 640;
const SMALL_BITRATE = 250_000;
const LARGE_BITRATE = 400_000;
/** A change of size costs a keyframe and a new epoch, so it takes its time. */
const SIZE_AFTER_MS = 2_000;

/** Fold what the seats can take into one rate, and tell the origin when it is another than it was told. */
export function foldTarget(state: RelayState, at: number, effects: RelayEffect[]): void {
  const { target, origin } = state;
  if (origin.phase !== "online") return;
  const bitrate = Math.round(foldedRate(state, at) * BITS_PER_RATE);
  const told = target.bitrate ?? MAX_RATE * BITS_PER_RATE;
  const resized = judgeSize(target, bitrate, at);
  const falls = bitrate < told * (1 - TOLD_SHARE);
  const full = bitrate === MAX_RATE * BITS_PER_RATE && told !== bitrate;
  const rises = (bitrate > told * (1 + TOLD_SHARE) || full) && at - target.toldAt >= RISE_INTERVAL_MS;
  if (!falls && !rises && !resized) return;
  if (bitrate < LOW_FRAME_BITRATE) target.frameRate = LOW_FRAME_RATE;
  else if (bitrate >= FULL_FRAME_BITRATE) target.frameRate = FULL_FRAME_RATE;
  target.bitrate = bitrate;
  target.toldAt = at;
  tellTarget(state, effects);
}

/** Whether the origin was last told less than everything. */
export function isLimited({ target }: RelayState): boolean {
  return target.bitrate !== undefined && target.bitrate < MAX_RATE * BITS_PER_RATE;
}

/** A new agent knows nothing of what the last one was told. */
export function repeatTarget(state: RelayState, effects: RelayEffect[]): void {
  if (state.target.bitrate !== undefined) tellTarget(state, effects);
}

function tellTarget({ target }: RelayState, effects: RelayEffect[]): void {
  const { bitrate = MAX_RATE * BITS_PER_RATE, frameRate, small } = target;
  effects.push({
    type: "tell-origin",
    message: { type: "target-rate", bitrate, frameRate, ...(small ? { maxSide: SMALL_SIDE } : {}) },
  });
}

/** Whether the size changes now: only what lasted is believed. */
function judgeSize(target: Target, bitrate: number, at: number): boolean {
  const asks = target.small ? bitrate > LARGE_BITRATE : bitrate < SMALL_BITRATE;
  if (!asks) {
    target.sizeSince = undefined;
    return false;
  }
  target.sizeSince ??= at;
  if (at - target.sizeSince < SIZE_AFTER_MS) return false;
  target.sizeSince = undefined;
  target.small = !target.small;
  return true;
}

/** Bits a second as the rate of a seat: bytes a millisecond, undefined from where nothing is limited. */
export function rateOf(bitrate: number): number | undefined {
  return bitrate >= MAX_RATE * BITS_PER_RATE ? undefined : Math.max(MIN_RATE, bitrate / BITS_PER_RATE);
}

/** The lowest rate of those that count: one far below the median is thinned, and slows nobody. */
function foldedRate(state: RelayState, at: number): number {
  const receivers = receiversOf(state);
  const speaking = receivers.filter(({ presence }) => !isSilent(presence.window, at)).map(({ rate }) => rate);
  if (speaking.length === 0) return currentRate(state);
  const median = speaking.sort((a, b) => a - b)[speaking.length >> 1] ?? MAX_RATE;
  let lowest = median;
  for (const { presence, rate } of receivers) {
    presence.thinned = rate < median * (presence.thinned ? RETURN_SHARE : FLOOR_SHARE);
    if (!presence.thinned && !isSilent(presence.window, at)) lowest = Math.min(lowest, rate);
  }
  return lowest;
}

/** Who gets video from here: seats with a socket here, and mirrors, each for those that sit there. */
function receiversOf(state: RelayState): { readonly presence: WatchingPresence; readonly rate: number }[] {
  const receivers: { readonly presence: WatchingPresence; readonly rate: number }[] = [];
  for (const { presence, rights, mirror } of state.seats.values()) {
    if (presence.phase !== "watching" || mirror !== undefined || !rights.includes("view")) continue;
    receivers.push({ presence, rate: presence.rate.rate ?? MAX_RATE });
  }
  for (const { presence, limit } of state.mirrors.values())
    receivers.push({ presence, rate: Math.min(presence.rate.rate ?? MAX_RATE, limit ?? MAX_RATE) });
  return receivers;
}

function isSilent(window: { readonly bytes: number; readonly heardAt: number }, at: number): boolean {
  return window.bytes > 0 && at - window.heardAt > SILENT_MS;
}

function currentRate({ target }: RelayState): number {
  return target.bitrate === undefined ? MAX_RATE : target.bitrate / BITS_PER_RATE;
}
