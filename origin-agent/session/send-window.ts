import { sequenceDistance } from "#protocol";

/**
 * What is on its way to the edge, and whether more may follow. A frame that finds no room is skipped, never queued:
 * what waits in a buffer only grows old there. The edge acknowledges when its viewers do, or with the next frame
 * (docs/protocol.md, W-4), so the last frame before a quiet time may stay unacknowledged for long.
 */
export interface SendWindow {
  readonly inFlight: InFlight[];
  inFlightBytes: number;
  /** From when the age of what is in flight counts, Unix milliseconds. */
  agingSince: number;
  lastSentAt: number;
  /** No acknowledgement came in time: one frame at a time until one does. */
  stalled: boolean;
  /** The shortest time to an acknowledgement in this period and the one before, in milliseconds. */
  best: { now: number; before: number; since: number };
}

interface InFlight {
  readonly sequence: number;
  readonly bytes: number;
  readonly sentAt: number;
}

/** One keyframe of a large screen, or half a second at 16 Mbit/s. */
export const MAX_IN_FLIGHT_BYTES = 1024 * 1024;
/** What the operating system has not even taken: the kernel's own buffer is full by then. */
export const MAX_BUFFERED_BYTES = 16 * 1024;
/** How much longer than the best an acknowledgement may take: the edge waits up to 250 ms for an occasion to send one. */
export const ACK_SLACK_MS = 250 + 150;
/** After so long without a frame, the next is sent to learn how things stand. */
export const PROBE_INTERVAL_MS = 300;
/** How long a best time is believed. */
const BEST_PERIOD_MS = 10_000;
/** Until the first acknowledgement: a round trip around the world. */
const FIRST_GUESS_MS = 300;

export function createSendWindow(): SendWindow {
  return {
    inFlight: [],
    inFlightBytes: 0,
    agingSince: 0,
    lastSentAt: Number.NEGATIVE_INFINITY,
    stalled: false,
    best: { now: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY, since: 0 },
  };
}

/** Whether a frame may be sent now; `buffered` is the socket's `bufferedAmount`. */
export function hasRoom(window: SendWindow, buffered: number, at: number): boolean {
  if (buffered > MAX_BUFFERED_BYTES || window.inFlightBytes > MAX_IN_FLIGHT_BYTES) return false;
  if (window.inFlight.length === 0 || at - window.lastSentAt >= PROBE_INTERVAL_MS) return true;
  if (at - window.agingSince > bestMs(window) + ACK_SLACK_MS) window.stalled = true;
  return !window.stalled;
}

/** Whether an acknowledgement should have come by now, if anybody is there. */
export function isOverdue(window: SendWindow, at: number): boolean {
  const oldest = window.inFlight[0];
  return oldest !== undefined && at - oldest.sentAt > bestMs(window) + ACK_SLACK_MS;
}

export function noteSent(window: SendWindow, sequence: number, bytes: number, at: number): void {
  if (window.inFlight.length === 0 || at - window.lastSentAt >= PROBE_INTERVAL_MS) window.agingSince = at;
  window.inFlight.push({ sequence, bytes, sentAt: at });
  window.inFlightBytes += bytes;
  window.lastSentAt = at;
}

/** Everything up to this sequence has arrived. An acknowledgement of what was never sent changes nothing. */
export function noteAcknowledged(window: SendWindow, sequence: number, at: number): void {
  let newest: InFlight | undefined;
  for (let first = window.inFlight[0]; first !== undefined; first = window.inFlight[0]) {
    if (sequenceDistance(sequence, first.sequence) < 0) break;
    newest = window.inFlight.shift();
    window.inFlightBytes -= first.bytes;
  }
  if (newest === undefined) return;
  noteBest(window, at - newest.sentAt, at);
  window.stalled = false;
  const oldest = window.inFlight[0];
  if (oldest !== undefined) window.agingSince = Math.max(window.agingSince, oldest.sentAt);
}

/** The connection is gone, and with it what was on its way. */
export function clearWindow(window: SendWindow): void {
  Object.assign(window, createSendWindow(), { inFlight: window.inFlight });
  window.inFlight.length = 0;
}

function bestMs({ best }: SendWindow): number {
  const shortest = Math.min(best.now, best.before);
  return Number.isFinite(shortest) ? shortest : FIRST_GUESS_MS;
}

/** A minimum that forgets: of this period and the one before. */
function noteBest({ best }: SendWindow, sample: number, at: number): void {
  if (at - best.since >= BEST_PERIOD_MS) {
    best.before = best.now;
    best.now = Number.POSITIVE_INFINITY;
    best.since = at;
  }
  best.now = Math.min(best.now, sample);
}
