import {
  type Allowance,
  type HardwareKind,
  type HardwareWant,
  type Location,
  type Motion,
  unreachable,
  type WantOf,
} from "#protocol";

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

/** For what one seat lends: no more than its allowance says. */
export function limitsFor({ location, motionHz }: Allowance): LendingLimits {
  if (location?.perMinute === undefined && motionHz === undefined) return LENDING_LIMITS;
  const { minIntervalMs } = LENDING_LIMITS.location;
  const { maxRateHz } = LENDING_LIMITS.motion;
  // A page that is told a little more than the exact time loses no place by coming too early.
  const counted = location?.perMinute === undefined ? 0 : Math.ceil((MINUTE_MS / location.perMinute) * 1.05);
  return {
    ...LENDING_LIMITS,
    location: { ...LENDING_LIMITS.location, minIntervalMs: Math.max(minIntervalMs, counted) },
    motion: { ...LENDING_LIMITS.motion, maxRateHz: Math.min(maxRateHz, motionHz ?? maxRateHz) },
  };
}

/** The least time between two places of a seat that may lend so many a minute. */
export function placeIntervalMs({ location }: Allowance): number | undefined {
  return location?.perMinute === undefined ? undefined : MINUTE_MS / location.perMinute;
}

/** The least time between two movements on average; where a policy counts them, without slack. */
export function motionIntervalMs(want: HardwareWant, { motionHz }: Allowance): number {
  return Math.max(sampleIntervalMs(want), motionHz === undefined ? 0 : 1_000 / motionHz);
}

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

/**
 * No finer than it was granted: of a coarse place nothing else is told that could make it finer.
 * @param gridM what the seat's places are rounded to besides, metres
 */
export function roundLocation(place: Location, want: WantOf<"location">, gridM?: number): Location {
  if (gridM !== undefined) return onGrid(place, want, gridM);
  const { accuracy } = want;
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

const METRES_PER_DEGREE = 111_320;

/** Rows of one height, and in each of them places of about one width. */
function onGrid(place: Location, { accuracy }: WantOf<"location">, gridM: number): Location {
  const step = gridM / METRES_PER_DEGREE;
  const latitude = clamp(Math.round(place.latitude / step) * step, 90);
  const across = step / Math.max(Math.cos((latitude * Math.PI) / 180), 1e-9);
  const longitude = across >= 180 ? 0 : clamp(Math.round(place.longitude / across) * across, 180);
  const decimals = accuracy === "fine" ? FINE_DECIMALS : COARSE_DECIMALS;
  const least = Math.max(accuracy === "fine" ? 0 : COARSE_ACCURACY_M, Math.ceil(gridM * Math.SQRT1_2));
  const accuracyM = Math.max(least, round(place.accuracyM, 0));
  return { latitude: round(latitude, decimals), longitude: round(longitude, decimals), accuracyM, at: place.at };
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
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
