import { createSliding, highest, lowest, noteHigh, noteLow, resetTo, type Sliding } from "./sliding.ts";

/**
 * What the way to one seat is like, out of what it acknowledges (W-5): how long frames stand in queues, and how much
 * arrives. Times of the viewer are on its own clock, so only their differences are used. Rates are bytes a millisecond.
 */
export interface PathMeter {
  /** Lowest time from sending to arrival of late, with the unknown offset of the viewer's clock in it. */
  readonly delay: Sliding;
  readonly roundTrip: Sliding;
  /** Highest rate at which bytes arrived while some were waiting on the way. */
  readonly capacity: Sliding;
  /** Whether arrivals are told by the viewer's clock, or guessed from when we are told. */
  clock: "viewer" | "edge" | undefined;
  /** Of the newest acknowledged frame, on the clock of arrivals. */
  arrivedAt: number;
  sentAt: number;
  /** A time without a pause on the way: when it began, and what arrived since. */
  busySince: number;
  busyBytes: number;
}

/** One acknowledgement of new frames. Times in milliseconds. */
export interface Arrival {
  readonly at: number;
  /** When the newest frame arrived, on the viewer's clock; undefined from one that does not say. */
  readonly receivedAt: number | undefined;
  /** When the newest and the oldest of the frames were sent. */
  readonly sentAt: number;
  readonly firstSentAt: number;
  /** Of all of them, and of the newest alone. */
  readonly bytes: number;
  readonly newestBytes: number;
}

export interface PathSample {
  /** How long the newest frame stood in queues, milliseconds. */
  readonly standing: number;
  /** How much arrived, when that can be told: bytes a millisecond. */
  readonly delivered: number | undefined;
  /** How much was sent in the same time, bytes a millisecond. */
  readonly sent: number;
}

/** RFC 6817 keeps the base delay of minutes; a phone changes its way within seconds, and a queue is emptied by then. */
const BASE_PERIOD_MS = 10_000;
const CAPACITY_PERIOD_MS = 2_000;
/** Less says more about the clock than about the way. */
const MIN_BUSY_MS = 50;
/** So long is one measurement of a way that stays busy. */
const MAX_BUSY_MS = 150;
/** Acknowledgements of a viewer that does not say when frames arrived come so late, because they are batched. */
export const ACK_BATCH_MS = 100;
/** A frame's own time on the wire is no queue; more than this is not believed of one. */
const MAX_OWN_MS = 60;
/** Above it somebody waits on the way: LEDBAT and LiveKit take differences below for noise. */
const BUSY_STANDING_MS = 15;

export function createPathMeter(): PathMeter {
  return {
    delay: createSliding(),
    roundTrip: createSliding(),
    capacity: createSliding(),
    clock: undefined,
    arrivedAt: Number.NaN,
    sentAt: 0,
    busySince: 0,
    busyBytes: 0,
  };
}

/** Take one acknowledgement into account; undefined when it is the first, with nothing to be compared with. */
export function noteArrival(meter: PathMeter, arrival: Arrival, afterStall: boolean): PathSample | undefined {
  const { at, receivedAt, sentAt } = arrival;
  const clock = receivedAt === undefined ? "edge" : "viewer";
  noteLow(meter.roundTrip, Math.max(0, at - sentAt), at, BASE_PERIOD_MS);
  const arrivedAt = receivedAt ?? at;
  if (meter.clock !== clock) {
    meter.clock = clock;
    resetTo(meter.delay, arrivedAt - sentAt, at);
    meter.arrivedAt = Number.NaN;
  }
  noteLow(meter.delay, arrivedAt - sentAt, at, BASE_PERIOD_MS);
  const base = lowest(meter.delay) ?? 0;
  const previous = meter.arrivedAt;
  const sentFor = sentAt - meter.sentAt;
  meter.arrivedAt = arrivedAt;
  meter.sentAt = sentAt;
  if (Number.isNaN(previous) || arrivedAt < previous || afterStall) {
    meter.busySince = arrivedAt;
    meter.busyBytes = 0;
    return undefined;
  }
  // Without a queue the first of these frames would have begun to arrive then: before it the way stood idle.
  const expected = arrival.firstSentAt + base;
  if (expected > previous) {
    meter.busySince = expected;
    meter.busyBytes = 0;
  }
  meter.busyBytes += arrival.bytes;
  const slack = clock === "edge" ? ACK_BATCH_MS : 0;
  const own = Math.min(MAX_OWN_MS, arrival.newestBytes / (highest(meter.capacity) ?? Number.POSITIVE_INFINITY));
  const standing = Math.max(0, arrivedAt - sentAt - base - own - slack);
  const sent = sentFor > 0 ? arrival.bytes / sentFor : 0;
  return { standing, delivered: measure(meter, arrivedAt, standing, at), sent };
}

function measure(meter: PathMeter, arrivedAt: number, standing: number, at: number): number | undefined {
  const lasted = arrivedAt - meter.busySince;
  if (lasted < MIN_BUSY_MS) return undefined;
  const delivered = meter.busyBytes / lasted;
  if (lasted >= MAX_BUSY_MS) {
    meter.busySince = arrivedAt;
    meter.busyBytes = 0;
  }
  if (standing < BUSY_STANDING_MS) {
    // Nobody waited: the way takes this, and may take more.
    noteHigh(meter.capacity, delivered, at, CAPACITY_PERIOD_MS);
    return undefined;
  }
  resetTo(meter.capacity, delivered, at);
  return delivered;
}
