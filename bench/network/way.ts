/** What a link does to packets in one direction. */
export interface Conditions {
  /** From end to end, before any queue. */
  readonly delayMs: number;
  /** Bits a second; undefined is as fast as it goes. */
  readonly rate?: number;
  /** Of the packets, by chance. */
  readonly loss?: number;
  /** Nothing passes. */
  readonly down?: boolean;
  /** The milliseconds at which one packet may pass, over and over, instead of a rate. */
  readonly trace?: readonly number[];
}

/** An emulated network between this machine and a place that programs can stand in. */
export interface Way {
  /** Words in front of a command that is to run at the far end. */
  readonly within: readonly string[];
  /** This machine, as it is called from there. */
  readonly host: string;
  /** From now on, towards this machine (`up`) and away from it (`down`). */
  set(conditions: { readonly up: Conditions; readonly down: Conditions }): Promise<void>;
  close(): Promise<void>;
}

/** The same in both directions. */
export function both(conditions: Conditions): { readonly up: Conditions; readonly down: Conditions } {
  return { up: conditions, down: conditions };
}
