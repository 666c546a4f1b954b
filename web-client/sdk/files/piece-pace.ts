import { MAX_FILE_CHUNK_BYTES } from "#protocol";

/**
 * How large the next piece of a file is, and how long to wait for it, so that pictures and input go first (docs/protocol.md,
 * U-6): a piece may fill the person's line for about a quarter of a second, and then leaves it to the others for a while.
 */
export interface PiecePace {
  /** Of the next piece. */
  bytes: number;
  /** What pieces have grown to; every so often a small one goes instead. */
  grown: number;
  /** What the last small piece took, milliseconds: nearly all of it is the way itself. */
  leastMs: number;
  untilSmall: number;
}

const SMALL_BYTES = 16 * 1024;
const SMALL_EVERY = 16;
const WISHED_MS = 250;
/** A line on which a small piece takes longer is not asked for larger ones. */
const SLOWEST_SMALL_MS = 1_000;
/** Of the time that a piece took. On a fast line the pieces follow each other at once. */
const REST_SHARE = 0.25;
const NO_REST_MS = 60;

export function createPiecePace(): PiecePace {
  return { bytes: SMALL_BYTES, grown: SMALL_BYTES, leastMs: 0, untilSmall: SMALL_EVERY };
}

/** A piece took so long, there and back. @returns how long to wait before the next, milliseconds */
export function pieceMoved(pace: PiecePace, tookMs: number): number {
  if (pace.bytes === SMALL_BYTES) pace.leastMs = tookMs;
  // The way itself takes its time whatever the size.
  const carriedMs = Math.max(0, tookMs - pace.leastMs);
  if (carriedMs > 2 * WISHED_MS) shrink(pace);
  else if (pace.bytes === pace.grown && carriedMs < WISHED_MS && pace.leastMs < SLOWEST_SMALL_MS)
    pace.grown = Math.min(MAX_FILE_CHUNK_BYTES, pace.grown * 2);
  pace.untilSmall = pace.untilSmall === 0 ? SMALL_EVERY : pace.untilSmall - 1;
  pace.bytes = pace.untilSmall === 0 ? SMALL_BYTES : pace.grown;
  return carriedMs <= NO_REST_MS ? 0 : Math.round(carriedMs * REST_SHARE);
}

/** It was lost on its way. */
export function pieceLost(pace: PiecePace): void {
  shrink(pace);
  pace.bytes = pace.grown;
}

function shrink(pace: PiecePace): void {
  pace.grown = Math.max(SMALL_BYTES, pace.grown / 2);
}
