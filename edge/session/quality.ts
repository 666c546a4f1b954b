import type { AgeSummary, QualityReport } from "#protocol";
import type { AgesSeen, OriginQuality, SeatQuality, SessionQuality, ViewerQuality } from "./contract.ts";

/** Records of one session; past that the oldest of a seat that has left goes. Nothing in one is longer than a number. */
export const MAX_SEAT_RECORDS = 100;

/** Where records are kept through sleep and after the end: by seat, the origin's under no name. */
export interface QualityRows {
  qualityRows(): Iterable<{ readonly seat: string; readonly record: string }>;
  saveQuality(seat: string, record: string): void;
  dropQuality(seat: string): void;
}

type Mutable<Record> = { -readonly [Field in keyof Record]: Record[Field] };

interface Kept<Record> {
  readonly record: Mutable<Record>;
  changed: boolean;
}

const ORIGIN = "";

/**
 * The quality record of one session (docs/protocol.md, Q-3): what the edge counted, and what viewers told, which is
 * believed of themselves alone. Counting is a number or two; only `save` and what says so writes.
 */
export class QualityBook {
  readonly #rows: QualityRows;
  readonly #origin: Kept<OriginQuality> = {
    record: { frames: 0, bytes: 0, keyframes: 0, keyframesAsked: 0 },
    changed: false,
  };
  /** In the order they came. */
  readonly #seats = new Map<string, Kept<SeatQuality>>();

  constructor(rows: QualityRows) {
    this.#rows = rows;
    for (const { seat, record } of rows.qualityRows()) {
      // Safe: only `#write` below makes these rows, out of values of these very types.
      if (seat === ORIGIN) Object.assign(this.#origin.record, JSON.parse(record) as OriginQuality);
      else this.#seats.set(seat, { record: JSON.parse(record) as SeatQuality, changed: false });
    }
  }

  /** A video frame of the origin. */
  frameArrived(bytes: number, keyframe: boolean): void {
    const { record } = this.#origin;
    record.frames += 1;
    record.bytes += bytes;
    if (keyframe) record.keyframes += 1;
    this.#origin.changed = true;
  }

  /** It, or one out of the cache, went to these seats. */
  frameSent(seats: readonly string[], bytes: number): void {
    for (const seat of seats) {
      const kept = this.#seats.get(seat);
      if (kept === undefined) continue;
      kept.record.framesSent += 1;
      kept.record.bytesSent += bytes;
      kept.changed = true;
    }
  }

  /** A mirror tells what it has sent to a seat there. */
  sentByMirror(seat: string, sent: { readonly frames: number; readonly bytes: number; readonly stops: number }): void {
    const kept = this.#seats.get(seat);
    if (kept === undefined) return;
    kept.record.framesSent += sent.frames;
    kept.record.bytesSent += sent.bytes;
    kept.record.stops += sent.stops;
    kept.changed = true;
  }

  keyframeAsked(): void {
    this.#origin.record.keyframesAsked += 1;
    this.#origin.changed = true;
  }

  joined(seat: string, at: number): void {
    const kept = this.#seats.get(seat) ?? this.#begin(seat, at);
    kept.record.connections += 1;
    delete kept.record.leftAt;
    kept.changed = true;
  }

  /** A seat that flowed gets no video until it can start at a keyframe. */
  stopped(seat: string): void {
    const kept = this.#seats.get(seat);
    if (kept === undefined) return;
    kept.record.stops += 1;
    kept.changed = true;
  }

  /** @param edgeAge of the frames that the report is about, as they came to the edge */
  reported(seat: string, report: QualityReport, edgeAge: AgeSummary | undefined, at: number): void {
    const kept = this.#seats.get(seat);
    if (kept === undefined) return;
    kept.record.viewer = withReport(kept.record.viewer, report, at);
    kept.changed = true;
    if (edgeAge === undefined) return;
    this.#origin.record.edgeAge = withAges(this.#origin.record.edgeAge, edgeAge);
    this.#origin.changed = true;
  }

  /** Its socket is gone, and it may come back. Written down at once. */
  left(seat: string, at: number): void {
    const kept = this.#seats.get(seat);
    if (kept === undefined) return;
    kept.record.leftAt = at;
    this.#write(seat, kept);
    this.#write(ORIGIN, this.#origin);
  }

  /** Write down what changed. Never on the frame path. */
  save(): void {
    if (this.#origin.changed) this.#write(ORIGIN, this.#origin);
    for (const [seat, kept] of this.#seats) if (kept.changed) this.#write(seat, kept);
  }

  read(): SessionQuality {
    return {
      origin: { ...this.#origin.record },
      seats: [...this.#seats.values()].map(({ record }) => ({ ...record })),
    };
  }

  #begin(seat: string, at: number): Kept<SeatQuality> {
    if (this.#seats.size >= MAX_SEAT_RECORDS) this.#dropOldest();
    const kept = {
      record: { seat, joinedAt: at, connections: 0, framesSent: 0, bytesSent: 0, stops: 0 },
      changed: true,
    };
    this.#seats.set(seat, kept);
    return kept;
  }

  #dropOldest(): void {
    for (const [seat, { record }] of this.#seats) {
      if (record.leftAt === undefined) continue;
      this.#seats.delete(seat);
      this.#rows.dropQuality(seat);
      return;
    }
  }

  #write(seat: string, kept: Kept<OriginQuality> | Kept<SeatQuality>): void {
    kept.changed = false;
    this.#rows.saveQuality(seat, JSON.stringify(kept.record));
  }
}

/** What a viewer counts since its page connected; a page that was loaded anew begins at 0 and is added to the last. */
const COUNTS = ["received", "decoded", "painted", "dropped", "keyframesRequested", "freezes", "frozenMs"] as const;

function withReport(before: ViewerQuality | undefined, report: QualityReport, at: number): ViewerQuality {
  const counts = countsOf(report);
  const anew = before !== undefined && COUNTS.some((name) => counts[name] < before.page[name]);
  const total = { ...counts };
  for (const name of COUNTS) {
    const earlier = before === undefined ? 0 : before.total[name] - (anew ? 0 : before.page[name]);
    total[name] = Math.min(earlier + counts[name], Number.MAX_SAFE_INTEGER);
  }
  const { rttMs = before?.rttMs } = report;
  const received = withAges(before?.receivedAge, report.receivedAge);
  const decoded = withAges(before?.decodedAge, report.decodedAge);
  const painted = withAges(before?.paintedAge, report.paintedAge);
  return {
    reportedAt: at,
    total,
    page: counts,
    ...(rttMs === undefined ? {} : { rttMs }),
    ...(received === undefined ? {} : { receivedAge: received }),
    ...(decoded === undefined ? {} : { decodedAge: decoded }),
    ...(painted === undefined ? {} : { paintedAge: painted }),
  };
}

function countsOf(report: QualityReport): ViewerQuality["page"] {
  const { received, decoded, painted, dropped, keyframesRequested, freezes, frozenMs } = report;
  return { received, decoded, painted, dropped, keyframesRequested, freezes, frozenMs };
}

function withAges(before: AgesSeen | undefined, ages: AgeSummary): AgesSeen;
function withAges(before: AgesSeen | undefined, ages: AgeSummary | undefined): AgesSeen | undefined;
function withAges(before: AgesSeen | undefined, ages: AgeSummary | undefined): AgesSeen | undefined {
  return ages === undefined ? before : { ...ages, worst: Math.max(before?.worst ?? 0, ages.p95) };
}
