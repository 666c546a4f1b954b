import type { Location } from "#protocol";
import type { DeviceShell } from "./device-shell.ts";
import { readLocationDump } from "./location-dump.ts";

/** An app asks one of these; which, is its own affair. */
const PROVIDERS = ["gps", "network", "fused"] as const;
const SUPPORTS = ["--supportsAltitude", "--supportsSpeed", "--supportsBearing"] as const;
/** Android takes none without, and none that is exact. */
const LEAST_ACCURACY_M = 1;

/** As a command ends that did not do what it was told. Where it did it says nothing, but for what some images say at every command. */
const NO = /exception|error|unknown|denied|not found|inaccessible/i;

class Refused extends Error {}

/** Have places that are told take the place of the device's own. @throws Error when it refuses, or cannot be reached */
export async function setUpProviders(shell: DeviceShell): Promise<void> {
  await must(shell, ["appops", "set", "com.android.shell", "android:mock_location", "allow"]);
  await must(shell, ["cmd", "location", "set-location-enabled", "true"]);
  await forEach((provider) => must(shell, providers("add-test-provider", provider, ...SUPPORTS)));
  await forEach((provider) => must(shell, providers("set-test-provider-enabled", provider, "true")));
}

/** @throws Error when the device refuses it, or cannot be reached */
export async function tellPlace(shell: DeviceShell, { latitude, longitude, accuracyM }: Location): Promise<void> {
  // The command takes nothing else of a place. Of what comes from a person, numbers alone stand in a line for a shell.
  const place = `${degrees(latitude)},${degrees(longitude)}`;
  const fix = ["--location", place, "--accuracy", Math.max(LEAST_ACCURACY_M, accuracyM).toFixed(1)];
  await forEach((provider) => must(shell, providers("set-test-provider-location", provider, ...fix)));
}

/** The device's own places count again, and it forgets those that were told. */
export async function removeProviders(shell: DeviceShell): Promise<void> {
  await forEach((provider) => must(shell, providers("remove-test-provider", provider)));
  await must(shell, ["appops", "set", "com.android.shell", "android:mock_location", "default"]);
}

/** Remove what an agent left there that ended in the middle of a loan. @throws Error when the device cannot be reached */
export async function removeLeftProviders(shell: DeviceShell): Promise<void> {
  const { mocked } = readLocationDump(await shell.run(["dumpsys", "location"]));
  if (!mocked.some((provider) => PROVIDERS.some((known) => known === provider))) return;
  await must(shell, ["appops", "set", "com.android.shell", "android:mock_location", "allow"]);
  await removeProviders(shell);
}

function providers(verb: string, provider: string, ...args: readonly string[]): string[] {
  return ["cmd", "location", "providers", verb, provider, ...args];
}

function degrees(value: number): string {
  return value.toFixed(6);
}

async function forEach(work: (provider: string) => Promise<void>): Promise<void> {
  await Promise.all(PROVIDERS.map(work));
}

async function must(shell: DeviceShell, args: readonly string[]): Promise<void> {
  if (NO.test(await shell.run(args))) throw new Refused(`${args.slice(0, 4).join(" ")} was refused`);
}
