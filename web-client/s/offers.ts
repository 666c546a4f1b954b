import type { Allowance, DeviceDescription, Feature, Right } from "#protocol";

/** What a page has buttons for, beside the picture. */
export const CONTROLS = [
  "back",
  "home",
  "recents",
  "keyboard",
  "sound",
  "apps",
  "rotate",
  "volume-down",
  "volume-up",
  "screen-on",
  "screen-off",
  "physical-keyboard",
] as const;
export type Control = (typeof CONTROLS)[number];

interface Needs {
  readonly feature: Feature | "apps";
  readonly right: Right;
  /** Where the device lacks it. */
  readonly lacking: string;
}

const NAVIGATION: Needs = { feature: "navigation", right: "keyboard", lacking: "This device has no such button" };
const VOLUME: Needs = { feature: "volume", right: "keyboard", lacking: "The volume of this device cannot be set" };
const SCREEN: Needs = { feature: "screen", right: "touch", lacking: "The screen of this device cannot be switched" };

const NEEDS: Readonly<Record<Control, Needs>> = {
  back: NAVIGATION,
  home: NAVIGATION,
  recents: NAVIGATION,
  keyboard: { feature: "keyboard", right: "keyboard", lacking: "This device cannot be typed on" },
  sound: { feature: "audio", right: "audio", lacking: "This device has no sound" },
  apps: { feature: "apps", right: "touch", lacking: "This device does not say which apps it has" },
  rotate: { feature: "rotation", right: "touch", lacking: "This device cannot be turned" },
  "volume-down": VOLUME,
  "volume-up": VOLUME,
  "screen-on": SCREEN,
  "screen-off": SCREEN,
  "physical-keyboard": {
    feature: "physical-keyboard",
    right: "keyboard",
    lacking: "No keyboard can be plugged into this device",
  },
};

/** What leads out of an app: in a session for one app it does nothing. Back also goes back within the app. */
const LEAVING: ReadonlySet<Control> = new Set(["home", "recents"]);

const FORBIDDEN: Readonly<Partial<Record<Right, string>>> = {
  touch: "Your link does not allow touching",
  keyboard: "Your link does not allow typing",
  audio: "Your link does not allow sound",
};

/** Of a device, by the words for what it lacks. What a browser lends is offered when the device asks, and is not here. */
const LENT: readonly (readonly [Feature, string])[] = [
  ["gps", "location"],
  ["motion", "motion"],
  ["camera", "camera"],
  ["microphone", "microphone"],
];

/** Why a control is not offered; undefined when it is. */
export function whyNot(
  control: Control,
  device: DeviceDescription,
  { rights, allowance }: { readonly rights: readonly Right[]; readonly allowance: Allowance },
): string | undefined {
  const needs = NEEDS[control];
  const { feature, right, lacking } = needs;
  const leads = (device.onlyApp !== undefined && LEAVING.has(control)) || (allowance.singleApp && needs === NAVIGATION);
  if (leads === true) return "This session shows one app only";
  const has = feature === "apps" ? device.apps.length > 0 : device.features.includes(feature);
  if (!has) return lacking;
  return rights.includes(right) ? undefined : FORBIDDEN[right];
}

/** What this device can do nothing with, for a person to read; undefined when it can do all. */
export function cannot(device: DeviceDescription): string | undefined {
  const missing = LENT.filter(([feature]) => !device.features.includes(feature)).map(([, name]) => name);
  if (missing.length === 0) return undefined;
  const words = [missing.slice(0, -1).join(", "), ...missing.slice(-1)].filter((part) => part !== "").join(" or ");
  return `This device cannot use your ${words}.`;
}
