import { MAX_FILE_CHUNK_BYTES } from "#protocol";

/**
 * How large the next piece of a file is, and how long to wait for it, so that pictures and input go first (docs/protocol.md,
 * U-6): a piece may fill the person's line for a quarter of a second, and then leaves it to the others for a while.
 */
export interface PiecePace {
  bytes: number;
  /** What a piece takes that has next to no bytes, milliseconds; undefined before the first. */
  leastMs: number | undefined;
}

const LEAST_BYTES = 16 * 1024;
const FIRST_BYTES = 64 * 1024;
const WISHED_MS = 250;
/** The way may have become longer: what was the least is believed less with every piece. */
const LEAST_RISES = 1.05;
/** Of the time that a piece took. On a fast line the pieces follow each other at once. */
const REST_SHARE = 0.25;
const NO_REST_MS = 60;

export function createPiecePace(): PiecePace {
  return { bytes: FIRST_BYTES, leastMs: undefined };
}

/** A piece took so long, there and back. @returns how long to wait before the next, milliseconds */
export function pieceMoved(pace: PiecePace, tookMs: number): number {
  pace.leastMs = Math.min(tookMs, (pace.leastMs ?? tookMs) * LEAST_RISES);
  // The way itself takes its time whatever the size.
  const carriedMs = tookMs - pace.leastMs;
  if (carriedMs > 2 * WISHED_MS) pieceLost(pace);
  else if (carriedMs < WISHED_MS) pace.bytes = Math.min(MAX_FILE_CHUNK_BYTES, pace.bytes * 2);
  return carriedMs <= NO_REST_MS ? 0 : Math.round(carriedMs * REST_SHARE);
}

/** It was lost on its way. */
export function pieceLost(pace: PiecePace): void {
  pace.bytes = Math.max(LEAST_BYTES, Math.floor(pace.bytes / 2));
}
