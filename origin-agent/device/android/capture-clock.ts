/**
 * The device stamps with a clock of its own. How far that is from ours is never known, but the packet that came through
 * fastest says it best: its way is the only thing that is counted as no time at all.
 */
export interface CaptureClock {
  /** Ours less the device's, microseconds; undefined before the first packet. */
  offsetMicros: number | undefined;
  lastMicros: number;
}

/** Crystals differ by up to 100 millionths: the offset may go up so fast, or a device that is slow would age without end. */
const DRIFT = 100e-6;
/** No way is so long: one of the clocks was set. */
const JUMP_MICROS = 5_000_000;

export function createCaptureClock(): CaptureClock {
  return { offsetMicros: undefined, lastMicros: 0 };
}

/** When it was captured: microseconds of Unix time, this machine's clock. Never after it came. */
export function capturedAt(clock: CaptureClock, ptsMicros: number, arrivedAtMicros: number): number {
  const seen = arrivedAtMicros - ptsMicros;
  const since = Math.max(0, arrivedAtMicros - clock.lastMicros);
  const grown = clock.offsetMicros === undefined ? seen : clock.offsetMicros + since * DRIFT;
  clock.lastMicros = arrivedAtMicros;
  clock.offsetMicros = seen - grown > JUMP_MICROS ? seen : Math.min(seen, grown);
  return Math.round(ptsMicros + clock.offsetMicros);
}
