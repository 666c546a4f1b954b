import type { Dial } from "../support/dial.ts";
import { pictureHashes } from "../support/picture-hashes.ts";
import { serve } from "../support/program.ts";
import { type Arrival, type Counts, Viewer } from "../support/viewer.ts";

/** Viewers in a process of their own. They are known by their number, in the order in which they joined. */

const viewers: Viewer[] = [];

function viewer(index: number): Viewer {
  const found = viewers[index];
  if (found === undefined) throw new Error(`there is no viewer ${index}`);
  return found;
}

const duties = {
  async join({
    dial,
    count = 1,
    keep = false,
  }: {
    readonly dial: Dial;
    readonly count?: number;
    readonly keep?: boolean;
  }) {
    const from = viewers.length;
    for (let index = 0; index < count; index += 1) {
      const joined = new Viewer(dial, keep);
      viewers.push(joined);
      await joined.connect();
    }
    return from;
  },
  /** @returns milliseconds from dialling, with a ticket in hand, to the first picture */
  async firstPicture({ dial, keyframe }: { readonly dial: Dial; readonly keyframe: boolean }): Promise<number> {
    const joined = new Viewer(dial, false);
    await joined.connect();
    if (keyframe) joined.askKeyframe();
    await arrival(joined, (frame) => frame.kind === "video" && frame.keyframe);
    const took = performance.now() - joined.dialledAt;
    joined.close();
    return took;
  },
  /** @returns milliseconds from the cut to a picture that was taken after it */
  async cut({ index }: { readonly index: number }): Promise<number> {
    const found = viewer(index);
    const begun = performance.now();
    const cutAt = (performance.timeOrigin + begun) * 1_000;
    found.cut();
    found.mark();
    await found.connect();
    await arrival(found, (frame) => frame.kind === "video" && frame.capturedAt > cutAt);
    return performance.now() - begun;
  },
  async comeBack({ index }: { readonly index: number }): Promise<void> {
    await viewer(index).connect();
  },
  stall({ indexes, stalled }: { readonly indexes: readonly number[]; readonly stalled: boolean }) {
    for (const index of indexes) viewer(index).stall(stalled);
  },
  press({ index }: { readonly index: number }) {
    viewer(index).press();
  },
  leave({ index }: { readonly index: number }) {
    viewer(index).close();
  },
  mark() {
    for (const each of viewers) each.mark();
  },
  /** Keep no more than a second of what came: a long run would fill the memory. */
  forget() {
    for (const each of viewers) each.arrivals = each.arrivals.slice(-100);
  },
  counts: (): Counts[] => viewers.map(({ counts }) => counts),
  arrivals: ({ index }: { readonly index: number }): Arrival[] => viewer(index).arrivals,
  inputs: ({ index }: { readonly index: number }) => viewer(index).inputs,
  standing: ({ index }: { readonly index: number }) => {
    const { unapplied, closes, lease } = viewer(index);
    return { unapplied, closes, mine: lease?.mine ?? false };
  },
  pictures: ({ index }: { readonly index: number }) => pictureHashes(viewer(index).units),
};

/** A deadline for a frame: no wait is forever. */
const ARRIVAL_DEADLINE_MS = 25_000;

async function arrival(of: Viewer, fits: (frame: Arrival) => boolean): Promise<void> {
  const end = performance.now() + ARRIVAL_DEADLINE_MS;
  while (!of.arrivals.some(fits)) {
    if (performance.now() > end) throw new Error("no such frame came");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export type ViewerDuties = typeof duties;
serve(duties);
