/** Everything that a person may do with a device, each decided by itself. */
export const CAPABILITIES = [
  "view",
  "audio",
  "touch",
  "keyboard",
  "clipboard-to-device",
  "clipboard-from-device",
  "file-up",
  "file-down",
  "microphone",
  "camera",
  "location",
  "motion",
  "app-launch",
  "home-recents",
  "record",
  "invite",
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** From the mildest to the strictest. `ask`: a person consents each time; where nobody can be asked it is a `deny`. */
export const EFFECTS = ["allow", "ask", "deny"] as const;
export type Effect = (typeof EFFECTS)[number];

/** How much of a capability, whichever of these mean something for it. */
export interface CapabilityLimits {
  /** Of one transfer. */
  readonly maxBytes?: number;
  /** Media types that may pass. */
  readonly types?: readonly string[];
  /** Transfers in any minute. */
  readonly perMinute?: number;
  /** Positions are rounded to a grid of this size. */
  readonly roundToMetres?: number;
  /** Readings of a sensor in a second. */
  readonly maxHz?: number;
  /** Apps that may be launched, by their ids. */
  readonly apps?: readonly string[];
}

/** The limits that each capability can have; the others mean nothing for it, and are refused at the door. */
export const LIMITS_OF: Readonly<Record<Capability, readonly (keyof CapabilityLimits)[]>> = {
  view: [],
  audio: [],
  touch: [],
  keyboard: [],
  "clipboard-to-device": ["maxBytes", "types", "perMinute"],
  "clipboard-from-device": ["maxBytes", "types", "perMinute"],
  "file-up": ["maxBytes"],
  "file-down": ["maxBytes"],
  microphone: [],
  camera: [],
  location: ["roundToMetres", "perMinute"],
  motion: ["maxHz"],
  "app-launch": ["apps"],
  "home-recents": [],
  record: [],
  invite: [],
};

/** The limits that hold when both are to hold. */
export function strictestLimits(left: CapabilityLimits, right: CapabilityLimits): CapabilityLimits {
  return {
    ...defined("maxBytes", lower(left.maxBytes, right.maxBytes)),
    ...defined("types", common(left.types, right.types)),
    ...defined("perMinute", lower(left.perMinute, right.perMinute)),
    // A coarser grid tells less.
    ...defined("roundToMetres", higher(left.roundToMetres, right.roundToMetres)),
    ...defined("maxHz", lower(left.maxHz, right.maxHz)),
    ...defined("apps", common(left.apps, right.apps)),
  };
}

export function lower(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined ? right : right === undefined ? left : Math.min(left, right);
}

function higher(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined ? right : right === undefined ? left : Math.max(left, right);
}

function common(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): readonly string[] | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left.filter((one) => right.includes(one));
}

function defined<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value } {
  // Safe: the one field that this type has, or none.
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: Value };
}
