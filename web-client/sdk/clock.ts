/**
 * How far the session's clock is ahead of this browser's, from questions and answers (docs/protocol.md, K-1). Of the
 * last answers the one with the shortest round trip is believed: its error is at most half of that trip
 * (RFC 5905 section 8 and its clock filter). All times are microseconds of Unix time.
 */
export interface SessionClock {
  readonly samples: ClockSample[];
  /** To be added to a local time; undefined before the first answer. */
  offsetMicros: number | undefined;
  /** Of the last answer; undefined before the first. */
  roundTripMicros: number | undefined;
}

interface ClockSample {
  readonly offset: number;
  readonly roundTrip: number;
}

const KEPT_SAMPLES = 8;
/** An answer that took longer says too little about when the clock was read. */
const MAX_ROUND_TRIP_MICROS = 10 * 1_000_000;

export function createSessionClock(): SessionClock {
  return { samples: [], offsetMicros: undefined, roundTripMicros: undefined };
}

/** `at` is the session's clock, the others are this browser's. */
export function noteClockReply(clock: SessionClock, sentAt: number, at: number, receivedAt: number): void {
  const roundTrip = receivedAt - sentAt;
  if (roundTrip < 0 || roundTrip > MAX_ROUND_TRIP_MICROS) return;
  clock.roundTripMicros = roundTrip;
  clock.samples.push({ offset: at - (sentAt + receivedAt) / 2, roundTrip });
  if (clock.samples.length > KEPT_SAMPLES) clock.samples.shift();
  const best = clock.samples.reduce((shortest, sample) => (sample.roundTrip < shortest.roundTrip ? sample : shortest));
  clock.offsetMicros = best.offset;
}

/** The age of a picture at a local time, milliseconds; undefined before the clocks are compared. */
export function ageMs(clock: SessionClock, capturedAtMicros: number, localMicros: number): number | undefined {
  if (clock.offsetMicros === undefined) return undefined;
  return (localMicros + clock.offsetMicros - capturedAtMicros) / 1_000;
}
