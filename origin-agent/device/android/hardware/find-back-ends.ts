import type { BackEnds } from "./back-ends.ts";
import type { DeviceShell } from "./device-shell.ts";
import { readLocationDump } from "./location-dump.ts";
import { removeLeftProviders } from "./test-providers.ts";

/** Android 12: the first whose `cmd location` knows test providers. */
const FIRST_TEST_PROVIDERS_SDK = 31;

/** Find out what a device can borrow, and clear away what a loan left there whose agent ended in the middle of it. */
export async function findBackEnds(shell: DeviceShell, sdk: number): Promise<BackEnds> {
  if (sdk < FIRST_TEST_PROVIDERS_SDK) return {};
  try {
    await removeLeftProviders(shell, readLocationDump(await shell.run(["dumpsys", "location"])).mocked);
    return { location: "adb" };
  } catch {
    return {};
  }
}
