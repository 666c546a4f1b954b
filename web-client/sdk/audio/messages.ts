/** To the player: one array of samples per channel, or that nothing follows. */
export type ToPlayer = readonly Float32Array[] | "end";

/** How the player's buffer does; told about once a second. */
export interface AudioCounters {
  readonly bufferedMs: number;
  readonly underflows: number;
  readonly droppedMs: number;
}
