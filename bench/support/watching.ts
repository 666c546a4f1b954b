import type { Arrival } from "./viewer.ts";

/** What a viewer saw of a stream, out of what arrived when. Times are Unix microseconds, figures milliseconds. */

export interface Span {
  readonly from: number;
  readonly to: number;
}

function within(arrivals: readonly Arrival[], { from, to }: Span, kind: Arrival["kind"]): Arrival[] {
  return arrivals.filter((arrival) => arrival.kind === kind && arrival.at >= from && arrival.at < to);
}

/** The age of each picture as it arrived. */
export function ages(arrivals: readonly Arrival[], span: Span): number[] {
  return within(arrivals, span, "video").map(({ at, capturedAt }) => (at - capturedAt) / 1_000);
}

const GLASS_STEP_MICROS = 10_000;

/** The age of the newest picture that had arrived, looked at every 10 ms: a picture that does not come ages too. */
export function agesOnGlass(arrivals: readonly Arrival[], span: Span): number[] {
  const pictures = arrivals.filter(({ kind }) => kind === "video");
  const found: number[] = [];
  let shown = 0;
  for (let at = span.from; at < span.to; at += GLASS_STEP_MICROS) {
    while ((pictures[shown + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) shown += 1;
    const picture = pictures[shown];
    if (picture !== undefined && picture.at <= at) found.push((at - picture.capturedAt) / 1_000);
  }
  return found;
}

const FREEZE_MEMORY = 30;

/**
 * Time in which the picture was frozen, as W3C's webrtc-stats defines `totalFreezesDuration`: intervals of at least three times
 * the average of the last 30, and at least 150 ms over it.
 */
export function frozen(arrivals: readonly Arrival[], span: Span): number {
  const times = within(arrivals, span, "video").map(({ at }) => at / 1_000);
  const recent: number[] = [];
  let total = 0;
  for (let index = 1; index < times.length; index += 1) {
    const interval = (times[index] ?? 0) - (times[index - 1] ?? 0);
    const average = recent.reduce((sum, each) => sum + each, 0) / recent.length;
    if (recent.length > 0 && interval >= Math.max(3 * average, average + 150)) total += interval;
    recent.push(interval);
    if (recent.length > FREEZE_MEMORY) recent.shift();
  }
  return total;
}

/** From a moment until a picture arrived that was taken after it. NaN when none did. */
export function untilFresh(arrivals: readonly Arrival[], from: number): number {
  const fresh = arrivals.find(({ kind, capturedAt }) => kind === "video" && capturedAt >= from);
  return fresh === undefined ? Number.NaN : (fresh.at - from) / 1_000;
}

const AUDIO_GAP_MS = 60;

/** How often the sound had a gap of over 60 ms. */
export function audioGaps(arrivals: readonly Arrival[], span: Span): number {
  const times = within(arrivals, span, "audio").map(({ at }) => at / 1_000);
  return times.filter((time, index) => index > 0 && time - (times[index - 1] ?? time) > AUDIO_GAP_MS).length;
}

/** Bytes that arrived, pictures and sound. */
export function deliveredBytes(arrivals: readonly Arrival[], { from, to }: Span): number {
  return arrivals.reduce((sum, { at, bytes }) => (at >= from && at < to ? sum + bytes : sum), 0);
}

/** How often pictures were skipped: each time the numbers jumped. */
export function skips(arrivals: readonly Arrival[]): number {
  const pictures = arrivals.filter(({ kind }) => kind === "video");
  return pictures.filter(({ sequence }, index) => index > 0 && sequence !== (pictures[index - 1]?.sequence ?? 0) + 1)
    .length;
}
