import { MAX_FILE_CHUNK_BYTES } from "#protocol";

/**
 * How large the next piece of a file is, and how long to wait for it, so that pictures and input go first (docs/protocol.md,
 * U-6): a piece may fill the person's line for a quarter of a second, and then leaves it to the others for a while.
 */
export interface PiecePace {
  bytes: number;
}

const LEAST_BYTES = 16 * 1024;
const FIRST_BYTES = 64 * 1024;
const WISHED_MS = 250;
/** Of the time that a piece took. On a fast line the pieces follow each other at once. */
const REST_SHARE = 0.25;
const NO_REST_MS = 60;

export function createPiecePace(): PiecePace {
  return { bytes: FIRST_BYTES };
}

/** A piece took so long, there and back. @returns how long to wait before the next, milliseconds */
export function pieceMoved(pace: PiecePace, tookMs: number): number {
  if (tookMs > 2 * WISHED_MS) pieceLost(pace);
  else if (tookMs < WISHED_MS) pace.bytes = Math.min(MAX_FILE_CHUNK_BYTES, pace.bytes * 2);
  return tookMs <= NO_REST_MS ? 0 : Math.round(tookMs * REST_SHARE);
}

/** It was lost on its way. */
export function pieceLost(pace: PiecePace): void {
  pace.bytes = Math.max(LEAST_BYTES, Math.floor(pace.bytes / 2));
}
