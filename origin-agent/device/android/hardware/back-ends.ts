import type { DeviceDescription } from "#protocol";
import type { CameraTarget } from "./camera-pipe.ts";
import type { Console } from "./console.ts";

/** The console of an emulator on this machine. @throws Error when there is none */
export interface ConsoleWay {
  readonly console: () => Promise<Console>;
}

/** By which way each kind of hardware comes into a device; what is missing it cannot borrow. */
export interface BackEnds {
  /** By test providers, or by the console of an emulator. */
  readonly location?: "adb" | ConsoleWay | undefined;
  readonly motion?: ConsoleWay | undefined;
  readonly camera?: CameraTarget | undefined;
  /** Path of a FIFO. */
  readonly microphone?: string | undefined;
}

/** What the host has for its devices, by serial number. */
export interface HardwareOptions {
  readonly cameras: ReadonlyMap<string, CameraTarget>;
  readonly microphones: ReadonlyMap<string, string>;
  /** The token of this machine's emulator consoles, if there is one; left out where emulators are on another machine. */
  readonly consoleToken?: (() => Promise<string | undefined>) | undefined;
}

const FEATURES = {
  location: "gps",
  motion: "motion",
  camera: "camera",
  microphone: "microphone",
} as const satisfies Record<keyof BackEnds, DeviceDescription["features"][number]>;

/** What is announced of it. */
export function hardwareFeatures(backEnds: BackEnds): DeviceDescription["features"] {
  // Safe: the keys of an object that is written out above.
  const kinds = Object.keys(FEATURES) as (keyof BackEnds)[];
  return kinds.filter((kind) => backEnds[kind] !== undefined).map((kind) => FEATURES[kind]);
}
