import type { PathSample } from "./path-meter.ts";

/**
 * What one seat's way can carry: lowered at once when a queue stands on it, raised by trying (W-6). Rates are bytes a
 * millisecond; undefined as long as nothing speaks for a limit.
 */
export interface SeatRate {
  rate: number | undefined;
  /** The rate at which a queue stood last: up to near it the way back is quick. */
  knee: number;
  /** Growth in the first second past the knee: smaller where a queue stood at about the same rate again and again. */
  pace: number;
  /** When the rate last changed, or could have. */
  triedAt: number;
  /** Since when no queue stood on the way. */
  clearSince: number;
  /** How many acknowledgements in a row told of a queue. */
  queued: number;
}

/** 8 Mbit/s, as bytes a millisecond: above it nothing is limited. */
export const MAX_RATE = 1_000;
/** 50 kbit/s. */
export const MIN_RATE = 6.25;
/** LiveKit's limits between a way that is free and one that queues, milliseconds. */
const CLEAR_MS = 20;
const QUEUED_MS = 50;
/** So far a queue is no accident of one packet. */
const SURELY_QUEUED_MS = 100;
/** Below what arrives, so that the queue drains. */
const DRAIN_SHARE = 0.85;
const DEEP_DRAIN_SHARE = 0.7;
const STALL_SHARE = 0.85;
/** Up to this share of the knee the rate grows by a quarter every 200 ms, past it by 20 % in the first second. */
const KNEE_SHARE = 0.9;
const QUICK_GROWTH = 1.25 ** (1 / 200);
const FIRST_GROWTH = 0.2;
const MAX_GROWTH = 1;
const LEAST_GROWTH = 0.02;
const SAME_SHARE = 0.15;
const DOUBLING_MS = 1_000;
/** Somebody who uses less than this of the rate learns nothing about it. */
const USED_SHARE = 0.5;
const MAX_TRY_MS = 200;

export function createSeatRate(at: number): SeatRate {
  return { rate: undefined, knee: MAX_RATE, pace: FIRST_GROWTH, triedAt: at, clearSince: at, queued: 0 };
}

/** @returns whether the rate changed */
export function noteSample(seat: SeatRate, { standing, delivered, sent }: PathSample, at: number): boolean {
  if (standing > QUEUED_MS) return queueStands(seat, standing, delivered, at);
  seat.queued = 0;
  const passed = Math.min(MAX_TRY_MS, at - seat.triedAt);
  seat.triedAt = at;
  if (standing >= CLEAR_MS) {
    seat.clearSince = at;
    return false;
  }
  const { rate } = seat;
  if (rate === undefined || sent < rate * USED_SHARE) return false;
  seat.rate = limited(rate * growth(seat, rate, passed, at));
  return true;
}

/** Nothing came through any more: what the way carries afterwards is not known yet. */
export function noteStall(seat: SeatRate, capacity: number | undefined, at: number): boolean {
  const before = seat.rate ?? capacity;
  if (before === undefined) return false;
  seat.knee = Math.max(before, MIN_RATE);
  return lower(seat, before * STALL_SHARE, at);
}

function queueStands(seat: SeatRate, standing: number, delivered: number | undefined, at: number): boolean {
  seat.queued += 1;
  seat.clearSince = at;
  seat.triedAt = at;
  if (delivered === undefined || (seat.queued < 2 && standing < SURELY_QUEUED_MS)) return false;
  const next = delivered * (standing > SURELY_QUEUED_MS ? DEEP_DRAIN_SHARE : DRAIN_SHARE);
  if (seat.rate !== undefined && next >= seat.rate) return false;
  noteKnee(seat, delivered);
  return lower(seat, next, at);
}

function noteKnee(seat: SeatRate, knee: number): void {
  const same = Math.abs(knee - seat.knee) < seat.knee * SAME_SHARE;
  seat.pace = same ? Math.max(LEAST_GROWTH, seat.pace / 2) : FIRST_GROWTH;
  seat.knee = knee;
}

function lower(seat: SeatRate, rate: number, at: number): boolean {
  seat.clearSince = at;
  seat.triedAt = at;
  seat.rate = limited(rate);
  return true;
}

/** As CUBIC does (RFC 9438): quickly back to where it went wrong, carefully past it, and boldly when that went well. */
function growth(seat: SeatRate, rate: number, passed: number, at: number): number {
  if (rate < seat.knee * KNEE_SHARE) return QUICK_GROWTH ** passed;
  const perSecond = Math.min(MAX_GROWTH, seat.pace * 2 ** ((at - seat.clearSince) / DOUBLING_MS));
  return (1 + perSecond) ** (passed / 1_000);
}

function limited(rate: number): number | undefined {
  return rate >= MAX_RATE ? undefined : Math.max(MIN_RATE, rate);
}
