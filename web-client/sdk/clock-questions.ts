import type { AgeSummary, ToViewerMessage, ViewerMessage } from "#protocol";
import { ageMs, createSessionClock, noteClockReply } from "./clock.ts";
import { nowMicros } from "./now.ts";

/** A few at the start, so that one slow answer does not decide; later only while frames come. */
const FIRST_QUESTIONS = 5;
const FIRST_INTERVAL_MS = 150;
const LATER_INTERVAL_MS = 5_000;

/** Compares this browser's clock with the session's, and measures the round trip on the way. */
export class ClockQuestions {
  readonly #ask: (question: Extract<ViewerMessage, { type: "clock" }>) => void;
  #clock = createSessionClock();
  /** How old the newest frames were as they came to the edge; undefined before it said so. */
  edgeAge: AgeSummary | undefined;
  #asked = 0;
  #askedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: (question: Extract<ViewerMessage, { type: "clock" }>) => void) {
    this.#ask = ask;
  }

  get roundTripMs(): number | undefined {
    const { roundTripMicros } = this.#clock;
    return roundTripMicros === undefined ? undefined : roundTripMicros / 1_000;
  }

  /** A new connection: what was compared before may have slept since. */
  start(): void {
    this.stop();
    this.#clock = createSessionClock();
    this.edgeAge = undefined;
    this.#asked = 0;
    this.#question();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Frames come: a question now and then costs nothing, as the session is awake. */
  frameArrived(): void {
    if (this.#asked >= FIRST_QUESTIONS && performance.now() - this.#askedAt >= LATER_INTERVAL_MS) this.#question();
  }

  answered({ sentAt, at, edgeAge }: Extract<ToViewerMessage, { type: "clock-reply" }>): void {
    this.edgeAge = edgeAge ?? this.edgeAge;
    noteClockReply(this.#clock, sentAt, at, nowMicros());
    if (this.#asked < FIRST_QUESTIONS) this.#timer = setTimeout(() => this.#question(), FIRST_INTERVAL_MS);
  }

  ageMs(capturedAtMicros: number, localMicros: number): number | undefined {
    return ageMs(this.#clock, capturedAtMicros, localMicros);
  }

  /** A local time on the session's clock; undefined before the clocks are compared. */
  toSessionMicros(localMicros: number): number | undefined {
    const { offsetMicros } = this.#clock;
    return offsetMicros === undefined ? undefined : Math.max(0, Math.round(localMicros + offsetMicros));
  }

  #question(): void {
    this.#asked += 1;
    this.#askedAt = performance.now();
    this.#ask({ type: "clock", sentAt: nowMicros() });
  }
}
