import type { BackEnds, HardwareOptions } from "./back-ends.ts";
import type { DeviceShell } from "./device-shell.ts";
import { readLocationDump } from "./location-dump.ts";
import { removeLeftProviders } from "./test-providers.ts";

/** Android 12: the first whose `cmd location` knows test providers. */
const FIRST_TEST_PROVIDERS_SDK = 31;

/** A device of which it is to be found out what it can borrow. */
export interface Candidate {
  readonly serial: string;
  /** Android's version, as its programs know it. */
  readonly sdk: number;
  readonly shell: DeviceShell;
}

/** Find out what a device can borrow, and clear away what a loan left there whose agent ended in the middle of it. */
export async function findBackEnds(
  { serial, sdk, shell }: Candidate,
  { cameras, microphones }: HardwareOptions,
): Promise<BackEnds> {
  return {
    location: (await takesPlaces(shell, sdk)) ? "adb" : undefined,
    camera: cameras.get(serial),
    microphone: microphones.get(serial),
  };
}

async function takesPlaces(shell: DeviceShell, sdk: number): Promise<boolean> {
  if (sdk < FIRST_TEST_PROVIDERS_SDK) return false;
  try {
    await removeLeftProviders(shell, readLocationDump(await shell.run(["dumpsys", "location"])).mocked);
    return true;
  } catch {
    return false;
  }
}
