import type { MediaUnit } from "../device.ts";

/**
 * What comes out of a device that encodes on, watched or not. While nobody watches its pictures are let go, and whoever comes then has to
 * begin at a keyframe; the newest is kept, because on a screen that stands still nothing follows it.
 */
export interface PauseGate {
  paused: boolean;
  /** A picture was let go: those after it are of no use until a keyframe. */
  broken: boolean;
  kept: MediaUnit | undefined;
}

export function createPauseGate(): PauseGate {
  return { paused: false, broken: false, kept: undefined };
}

/** @returns whether the unit goes on */
export function passGate(gate: PauseGate, unit: MediaUnit): boolean {
  if (gate.paused) {
    gate.broken = !unit.keyframe;
    gate.kept = unit.keyframe ? unit : undefined;
    return false;
  }
  if (gate.broken && !unit.keyframe) return false;
  gate.broken = false;
  return true;
}

/** @returns what to do to go on where it stopped: show the picture that was kept, or ask for one */
export function openGate(gate: PauseGate): { show: MediaUnit | undefined; ask: boolean } {
  const show = gate.kept;
  gate.paused = false;
  gate.kept = undefined;
  return { show, ask: gate.broken };
}
