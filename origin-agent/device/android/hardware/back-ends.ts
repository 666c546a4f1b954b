import type { FEATURES } from "#protocol";

/** By which way each kind of hardware comes into a device; what is missing it cannot borrow. */
export interface BackEnds {
  readonly location?: "adb" | undefined;
}

type Feature = (typeof FEATURES)[number];

/** What is announced of it. */
export function hardwareFeatures({ location }: BackEnds): Feature[] {
  return location === undefined ? [] : ["gps"];
}
