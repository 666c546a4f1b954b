import type { SimulatedViewer } from "./simulated-viewer.ts";

/** Which part of a run is looked at: moments of the simulated time, milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Of pictures that were captured in the span: how old they were when they arrived, milliseconds. */
export function ages({ pictures }: SimulatedViewer, { from, to }: Span): number[] {
  return pictures
    .filter(({ capturedAt }) => capturedAt >= from && capturedAt < to)
    .map(({ at, capturedAt }) => at - capturedAt);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** How long after a moment the first picture that was captured after it arrived. */
export function freshAfter({ pictures }: SimulatedViewer, moment: number): number {
  return (pictures.find(({ capturedAt }) => capturedAt >= moment)?.at ?? Number.POSITIVE_INFINITY) - moment;
}

/** Time in freezes as W3C's webrtc-stats has them: longer than 3 times the average of the last 30, and by 150 ms. */
export function freezes({ pictures }: SimulatedViewer, { from, to }: Span): number {
  const gaps: number[] = [];
  let frozen = 0;
  let previous: number | undefined;
  for (const { at } of pictures) {
    if (at < from || at >= to) continue;
    if (previous !== undefined) {
      const gap = at - previous;
      const recent = gaps.slice(-30);
      const average = recent.reduce((sum, one) => sum + one, 0) / Math.max(1, recent.length);
      if (recent.length > 0 && gap >= Math.max(3 * average, average + 150)) frozen += gap;
      gaps.push(gap);
    }
    previous = at;
  }
  return frozen + Math.max(0, to - (previous ?? from) - 150);
}

/** Bytes of pictures that arrived in the span. */
export function arrivedBytes({ pictures }: SimulatedViewer, { from, to }: Span): number {
  return pictures.filter(({ at }) => at >= from && at < to).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The longest that sound was late beyond the least that it ever needed: what a player must hold to have no gap. */
export function soundLateness({ sounds }: SimulatedViewer, { from, to }: Span): number {
  const delays = sounds.filter(({ at }) => at >= from && at < to).map(({ at, capturedAt }) => at - capturedAt);
  return Math.max(...delays) - Math.min(...delays);
}
