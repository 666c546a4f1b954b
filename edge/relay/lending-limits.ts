import { type HardwareKind, type HardwareWant, type Location, type Motion, unreachable, type WantOf } from "#protocol";

/** How much of a person's hardware a device gets at most, whatever it asks for. Times in milliseconds. */
export interface LendingLimits {
  readonly location: {
    readonly minIntervalMs: number;
    readonly finest: WantOf<"location">["accuracy"];
    readonly lifeMs: number;
  };
  readonly motion: { readonly maxRateHz: number; readonly lifeMs: number };
  readonly camera: {
    /** Pixels of the picture's longer side. */
    readonly maxSide: number;
    readonly maxFrameRate: number;
    readonly maxBytesPerSecond: number;
    readonly lifeMs: number;
  };
  readonly microphone: { readonly maxBytesPerSecond: number; readonly lifeMs: number };
}

const MINUTE_MS = 60_000;

/** For every session (docs/protocol.md, B-3). */
export const LENDING_LIMITS: LendingLimits = {
  location: { minIntervalMs: 200, finest: "fine", lifeMs: 60 * MINUTE_MS },
  motion: { maxRateHz: 60, lifeMs: 60 * MINUTE_MS },
  camera: { maxSide: 1280, maxFrameRate: 30, maxBytesPerSecond: 4_000_000 / 8, lifeMs: 30 * MINUTE_MS },
  microphone: { maxBytesPerSecond: 128_000 / 8, lifeMs: 30 * MINUTE_MS },
};

/** What of a wish is granted at most. */
export function reduceWant(want: HardwareWant, limits: LendingLimits): HardwareWant {
  switch (want.kind) {
    case "location": {
      const { minIntervalMs, finest } = limits.location;
      const accuracy = finest === "coarse" ? "coarse" : want.accuracy;
      return { ...want, intervalMs: Math.max(want.intervalMs, minIntervalMs), accuracy };
    }
    case "motion":
      return { ...want, rateHz: Math.min(want.rateHz, limits.motion.maxRateHz) };
    case "camera":
      return { ...want, ...smaller(want, limits.camera.maxSide), frameRate: cappedFrameRate(want, limits) };
    case "microphone":
      return want;
    default:
      return unreachable(want);
  }
}

function cappedFrameRate({ frameRate }: WantOf<"camera">, limits: LendingLimits): number {
  return Math.min(frameRate, limits.camera.maxFrameRate);
}

/** The same shape, with even sides as 4:2:0 wants them. */
function smaller({ width, height }: WantOf<"camera">, maxSide: number): { width: number; height: number } {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  const even = (side: number) => Math.max(16, 2 * Math.round((side * scale) / 2));
  return { width: even(width), height: even(height) };
}

/** An Opus packet of 20 ms. */
const PACKET_MS = 20;
/** A sender's clock may be a little fast. */
const RATE_SLACK = 0.9;

/** The least time between two samples on average, milliseconds. */
export function sampleIntervalMs(want: HardwareWant): number {
  switch (want.kind) {
    case "location":
      return want.intervalMs * RATE_SLACK;
    case "motion":
      return (1_000 / want.rateHz) * RATE_SLACK;
    case "camera":
      return (1_000 / want.frameRate) * RATE_SLACK;
    case "microphone":
      return PACKET_MS * RATE_SLACK;
    default:
      return unreachable(want);
  }
}

export function bytesPerSecond(kind: HardwareKind, limits: LendingLimits): number {
  if (kind === "camera") return limits.camera.maxBytesPerSecond;
  return kind === "microphone" ? limits.microphone.maxBytesPerSecond : 0;
}

/** 1e-5 degrees are about 1 m, 1e-2 about 1 km. */
const FINE_DECIMALS = 5;
const COARSE_DECIMALS = 2;
/** Half of the diagonal of a square of 0.01 degrees at the equator. */
const COARSE_ACCURACY_M = 800;

/** No finer than it was granted: of a coarse place nothing else is told that could make it finer. */
export function roundLocation(place: Location, { accuracy }: WantOf<"location">): Location {
  const decimals = accuracy === "fine" ? FINE_DECIMALS : COARSE_DECIMALS;
  const at = {
    latitude: round(place.latitude, decimals),
    longitude: round(place.longitude, decimals),
    at: place.at,
  };
  if (accuracy === "coarse") return { ...at, accuracyM: Math.max(COARSE_ACCURACY_M, round(place.accuracyM, 0)) };
  const { altitudeM, headingDeg, speedMps } = place;
  return {
    ...at,
    accuracyM: round(place.accuracyM, 1),
    ...(altitudeM === undefined ? {} : { altitudeM: round(altitudeM, 1) }),
    ...(headingDeg === undefined ? {} : { headingDeg: round(headingDeg, 1) }),
    ...(speedMps === undefined ? {} : { speedMps: round(speedMps, 1) }),
  };
}

/** Finer steps would tell one sensor from another, by its errors. */
const MOTION_DECIMALS = 1;

export function roundMotion({ acceleration, rotation, orientation, at }: Motion): Motion {
  const coarser = <Axes extends object>(axes: Axes): Axes =>
    // Safe: the same names, and all of them are numbers.
    Object.fromEntries(Object.entries(axes).map(([name, value]) => [name, round(value, MOTION_DECIMALS)])) as Axes;
  return {
    ...(acceleration === undefined ? {} : { acceleration: coarser(acceleration) }),
    ...(rotation === undefined ? {} : { rotation: coarser(rotation) }),
    ...(orientation === undefined ? {} : { orientation: coarser(orientation) }),
    at,
  };
}

function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
