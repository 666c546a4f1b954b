/** How the player's buffer does; told about once a second. */
export interface AudioCounters {
  readonly bufferedMs: number;
  readonly underflows: number;
  readonly droppedMs: number;
}
