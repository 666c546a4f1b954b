import type { VideoTarget } from "../device.ts";

/** What an encoder in a device is started with; a running one takes no other. */
export interface RateSettings {
  /** Bits per second. */
  readonly bitrate: number;
  readonly maxFps: number;
  /** Pixels of the longer side; undefined for the screen's own. */
  readonly maxSide: number | undefined;
}

/** What runs, and since when something else would be better. */
export interface RatePlan {
  running: RateSettings;
  wantedSince: number | undefined;
  startedAt: number;
}

/** Bits per second that are worth a restart of their own; a target runs at the greatest that is not above it. */
const BITRATES = [500_000, 1_000_000, 2_000_000, 4_000_000, 8_000_000] as const;
const FRAME_RATES = [10, 15, 30, 60] as const;
/** A restart is a second without pictures: too much is borne for so long, too little longer. */
const LOWER_AFTER_MS = 2_000;
const HIGHER_AFTER_MS = 12_000;
/** And none follows another sooner. */
const REST_MS = 5_000;
/** So much of what runs has to be wanted for it to stay, so that a target at a step's edge does not swing. */
const TOLERANCE = 0.85;

export const FIRST_SETTINGS: RateSettings = { bitrate: 4_000_000, maxFps: 60, maxSide: undefined };

export function createRatePlan(at: number): RatePlan {
  return { running: FIRST_SETTINGS, wantedSince: undefined, startedAt: at };
}

/** The encoder was started anew with these. */
export function noteStarted(plan: RatePlan, settings: RateSettings, at: number): void {
  plan.running = settings;
  plan.startedAt = at;
  plan.wantedSince = undefined;
}

/** A change that should be made: now, or when `at` is reached and the target is still so. */
export interface RateChange {
  readonly settings: RateSettings;
  readonly at: number;
}

/** @returns undefined when what runs is what the target asks for */
export function planRate(plan: RatePlan, target: VideoTarget, at: number): RateChange | undefined {
  const settings = settingsFor(target, plan.running);
  const direction = compare(settings, plan.running);
  if (target.frameRate === 0 || direction === "same") {
    plan.wantedSince = undefined;
    return undefined;
  }
  plan.wantedSince ??= at;
  const patience = direction === "lower" ? LOWER_AFTER_MS : HIGHER_AFTER_MS;
  return { settings, at: Math.max(plan.wantedSince + patience, plan.startedAt + REST_MS) };
}

function settingsFor(target: VideoTarget, running: RateSettings): RateSettings {
  return {
    bitrate: step(BITRATES, target.bitrate, running.bitrate),
    maxFps: step(FRAME_RATES, target.frameRate, running.maxFps),
    maxSide: target.maxSide,
  };
}

/** The greatest step that is not above the value; what runs, while the value is only a little below it. */
function step(steps: readonly number[], value: number, now: number): number {
  let best = steps[0] ?? value;
  for (const one of steps) if (one <= value || (one === now && one * TOLERANCE <= value)) best = one;
  return best;
}

function compare(wanted: RateSettings, running: RateSettings): "lower" | "same" | "higher" {
  const wantedSide = wanted.maxSide ?? Number.POSITIVE_INFINITY;
  const runningSide = running.maxSide ?? Number.POSITIVE_INFINITY;
  if (wanted.bitrate < running.bitrate || wanted.maxFps < running.maxFps || wantedSide < runningSide) return "lower";
  const same = wanted.bitrate === running.bitrate && wanted.maxFps === running.maxFps && wantedSide === runningSide;
  return same ? "same" : "higher";
}
