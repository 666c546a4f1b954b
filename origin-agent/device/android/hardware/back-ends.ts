import type { DeviceDescription } from "#protocol";
import type { CameraTarget } from "./camera-pipe.ts";

/** By which way each kind of hardware comes into a device; what is missing it cannot borrow. */
export interface BackEnds {
  readonly location?: "adb" | undefined;
  readonly camera?: CameraTarget | undefined;
  /** Path of a FIFO. */
  readonly microphone?: string | undefined;
}

/** What the host has for its devices, by serial number. */
export interface HardwareOptions {
  readonly cameras: ReadonlyMap<string, CameraTarget>;
  readonly microphones: ReadonlyMap<string, string>;
}

const FEATURES = { location: "gps", camera: "camera", microphone: "microphone" } as const satisfies Record<
  keyof BackEnds,
  DeviceDescription["features"][number]
>;

/** What is announced of it. */
export function hardwareFeatures(backEnds: BackEnds): DeviceDescription["features"] {
  // Safe: the keys of an object that is written out above.
  const kinds = Object.keys(FEATURES) as (keyof BackEnds)[];
  return kinds.filter((kind) => backEnds[kind] !== undefined).map((kind) => FEATURES[kind]);
}
