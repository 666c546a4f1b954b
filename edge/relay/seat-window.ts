import { sequenceDistance } from "#protocol";

/**
 * What was sent to one seat and not yet acknowledged. A Worker cannot see its send buffer, so this is the only
 * sign of a seat that cannot keep up; it bounds the relay's memory per seat too (W-1).
 */
export interface SeatWindow {
  /** Unacknowledged video frames, oldest first, from `head` on. */
  readonly sent: { readonly sequence: number; readonly bytes: number; readonly at: number }[];
  head: number;
  /** Bytes of the unacknowledged video. */
  bytes: number;
  /** Lowest time from sending to acknowledgement so far, milliseconds; undefined before the first. */
  lowestRoundTrip: number | undefined;
  /** Bytes of audio since the last acknowledgement of any kind. */
  audioBytes: number;
}

/** Unacknowledged video of one seat: a whole picture cache and as much again. */
export const WINDOW_BYTES = 1024 * 1024;
/** How old the oldest unacknowledged frame may be above the lowest round trip: acks come every 100 ms. */
export const WINDOW_AGE_MS = 400;
/** Until the first acknowledgement the page may still be starting its decoder. */
export const WINDOW_FIRST_AGE_MS = 3_000;
/** About 8 seconds of audio; past that it is stale and dropped. */
export const WINDOW_AUDIO_BYTES = 64 * 1024;

export function createSeatWindow(): SeatWindow {
  return { sent: [], head: 0, bytes: 0, lowestRoundTrip: undefined, audioBytes: 0 };
}

/** Whether one more video frame may be sent. */
export function isWindowOpen(window: SeatWindow, at: number): boolean {
  const oldest = window.sent[window.head];
  if (oldest === undefined) return true;
  if (window.bytes > WINDOW_BYTES) return false;
  const { lowestRoundTrip } = window;
  const allowed = lowestRoundTrip === undefined ? WINDOW_FIRST_AGE_MS : lowestRoundTrip + WINDOW_AGE_MS;
  return at - oldest.at <= allowed;
}

export function noteVideoSent(window: SeatWindow, sequence: number, bytes: number, at: number): void {
  window.sent.push({ sequence, bytes, at });
  window.bytes += bytes;
}

/** Whether one more audio frame may be sent; counts it when so. */
export function takeAudioRoom(window: SeatWindow, bytes: number): boolean {
  if (window.audioBytes + bytes > WINDOW_AUDIO_BYTES) return false;
  window.audioBytes += bytes;
  return true;
}

/** Cumulative: everything up to this video sequence has arrived. A number that was never sent changes nothing. */
export function acknowledge(window: SeatWindow, sequence: number | undefined, at: number): void {
  window.audioBytes = 0;
  if (sequence === undefined) return;
  const newest = window.sent.at(-1);
  if (newest === undefined || sequenceDistance(sequence, newest.sequence) > 0) return;
  for (let oldest = window.sent[window.head]; oldest !== undefined; oldest = window.sent[window.head]) {
    if (sequenceDistance(oldest.sequence, sequence) > 0) break;
    window.bytes -= oldest.bytes;
    window.head += 1;
    const roundTrip = Math.max(0, at - oldest.at);
    window.lowestRoundTrip = Math.min(window.lowestRoundTrip ?? roundTrip, roundTrip);
  }
  dropAcknowledged(window);
}

/** Give the array's dead front back once it outweighs the rest, so that an acknowledgement costs O(1) on average. */
function dropAcknowledged(window: SeatWindow): void {
  if (window.head * 2 <= window.sent.length) return;
  window.sent.splice(0, window.head);
  window.head = 0;
}
