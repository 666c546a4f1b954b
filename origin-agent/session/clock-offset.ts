/**
 * How far the session's clock is ahead of this machine's, from questions and answers (docs/protocol.md, K-1). Of the
 * last answers the one with the shortest round trip is believed: its error is at most half of that trip
 * (RFC 5905 section 8 and its clock filter).
 */
export interface ClockOffset {
  readonly samples: ClockSample[];
  /** Microseconds to add to a local time; undefined before the first answer. */
  offset: number | undefined;
}

interface ClockSample {
  readonly offset: number;
  readonly roundTrip: number;
}

const KEPT_SAMPLES = 8;
/** An answer that took longer says too little about when the clock was read. */
const MAX_ROUND_TRIP_MICROS = 10 * 1_000_000;

export function createClockOffset(): ClockOffset {
  return { samples: [], offset: undefined };
}

/** All times in microseconds of Unix time; `at` is the session's clock, the others are this machine's. */
export function noteClock(clock: ClockOffset, sentAt: number, at: number, receivedAt: number): void {
  const roundTrip = receivedAt - sentAt;
  if (roundTrip < 0 || roundTrip > MAX_ROUND_TRIP_MICROS) return;
  clock.samples.push({ offset: at - (sentAt + receivedAt) / 2, roundTrip });
  if (clock.samples.length > KEPT_SAMPLES) clock.samples.shift();
  let best = clock.samples[0];
  for (const sample of clock.samples) if (best === undefined || sample.roundTrip < best.roundTrip) best = sample;
  clock.offset = best?.offset;
}

/** Until the first answer: a message that says the time tells it with an error of its way here. */
export function guessClock(clock: ClockOffset, at: number, receivedAt: number): void {
  clock.offset ??= at - receivedAt;
}

/** A time of the session's clock on this machine's. */
export function toLocalTime(clock: ClockOffset, sessionMicros: number): number {
  return Math.max(0, Math.round(sessionMicros - (clock.offset ?? 0)));
}

/** A local time on the session's clock, never below 0. */
export function toSessionTime(clock: ClockOffset, localMicros: number): number {
  return Math.max(0, Math.round(localMicros + (clock.offset ?? 0)));
}
