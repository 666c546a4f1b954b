import type { BackEnds, ConsoleWay, HardwareOptions } from "./back-ends.ts";
import { Console } from "./console.ts";
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
  readonly log: (line: string) => void;
}

/** As ADB calls an emulator of its machine: by the port of its console. */
const EMULATOR = /^emulator-(\d{4,5})$/;

/** Find out what a device can borrow, and clear away what a loan left there whose agent ended in the middle of it. */
export async function findBackEnds(candidate: Candidate, options: HardwareOptions): Promise<BackEnds> {
  const { serial, sdk, shell } = candidate;
  const emulator = await consoleOf(candidate, options);
  const placed = await takesPlaces(shell, sdk);
  return {
    location: emulator ?? (placed ? "adb" : undefined),
    motion: emulator,
    camera: options.cameras.get(serial),
    microphone: options.microphones.get(serial),
  };
}

/** The console of an emulator that lets this host in; undefined of any other device. */
async function consoleOf({ serial, log }: Candidate, options: HardwareOptions): Promise<ConsoleWay | undefined> {
  const port = Number(EMULATOR.exec(serial)?.[1]);
  const { consoleToken } = options;
  if (Number.isNaN(port) || consoleToken === undefined) return undefined;
  // The file is read each time: it is made by the first emulator that starts.
  const open = async () => await Console.open(port, await consoleToken());
  try {
    (await open()).close();
    return { console: open };
  } catch (error) {
    log(`adb: ${serial}: ${error instanceof Error ? error.message : "its console cannot be used"}`);
    return undefined;
  }
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
