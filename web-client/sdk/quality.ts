import { type AgeSummary, clearAges, createAges, noteAge, type QualityReport, summarizeAges } from "#protocol";
import { createFreezes, notePainted, type ShownPicture } from "./freezes.ts";

/** As many as the edge looks at, so that both speak of the same pictures. */
const RECENT_FRAMES = 128;
/** Between two reports: 10 s of 60 a second and some more. */
const REPORTED_FRAMES = 1_024;

/** Ages of a picture where it was looked at, milliseconds; undefined before the clocks are compared. */
export interface PictureAges {
  readonly decodedMs: number | undefined;
  readonly paintedMs: number | undefined;
}

/** How a session does for this viewer, in figures: for `stats()`, and for the report to the edge (docs/protocol.md, Q-1). */
export class QualityMeter {
  readonly freezes = createFreezes();
  readonly #recent = createAges(RECENT_FRAMES);
  readonly #received = createAges(REPORTED_FRAMES);
  readonly #decoded = createAges(REPORTED_FRAMES);
  readonly #painted = createAges(REPORTED_FRAMES);
  /** On the session's clock, microseconds. What was captured before came out of the cache, and is old for no fault. */
  #joinedAt = 0;

  joined(atMicros: number): void {
    this.#joinedAt = atMicros;
    clearAges(this.#recent);
  }

  arrived(capturedAtMicros: number, ageMs: number | undefined): void {
    if (ageMs === undefined || capturedAtMicros < this.#joinedAt) return;
    noteAge(this.#recent, ageMs);
    noteAge(this.#received, ageMs);
  }

  painted(picture: ShownPicture, { decodedMs, paintedMs }: PictureAges): void {
    notePainted(this.freezes, picture);
    if (decodedMs === undefined || paintedMs === undefined || picture.capturedAtMicros < this.#joinedAt) return;
    noteAge(this.#decoded, decodedMs);
    noteAge(this.#painted, paintedMs);
  }

  /** From the edge to here, as far as it is known how old frames were there. */
  edgeToReceivedMs(edgeAge: AgeSummary | undefined): number | undefined {
    const received = summarizeAges(this.#recent);
    return received === undefined || edgeAge === undefined ? undefined : Math.max(0, received.p50 - edgeAge.p50);
  }

  /** The ages since the last report, which begin anew, and the freezes. */
  takeReport(): Pick<QualityReport, "freezes" | "frozenMs" | "receivedAge" | "decodedAge" | "paintedAge"> {
    const [received, decoded, painted] = [this.#received, this.#decoded, this.#painted].map((ages) => {
      const summary = summarizeAges(ages);
      clearAges(ages);
      return summary;
    });
    return {
      freezes: this.freezes.count,
      frozenMs: Math.round(this.freezes.totalMs),
      ...(received === undefined ? {} : { receivedAge: received }),
      ...(decoded === undefined ? {} : { decodedAge: decoded }),
      ...(painted === undefined ? {} : { paintedAge: painted }),
    };
  }
}
