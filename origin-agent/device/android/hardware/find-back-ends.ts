import type { BackEnds, ConsoleWay, HardwareOptions } from "./back-ends.ts";
import { Console } from "./console.ts";

/** Android 12: the first whose `cmd location` knows test providers. */
const FIRST_TEST_PROVIDERS_SDK = 31;
/** As ADB calls an emulator of its machine: by the port of its console. */
const EMULATOR = /^emulator-(\d{4,5})$/;

/** A device of which it is to be found out what it can borrow. */
interface Candidate {
  readonly serial: string;
  /** Android's version, as its programs know it. */
  readonly sdk: number;
  /** Why less was found than there could be, for the host's operator. */
  readonly log: (line: string) => void;
}

/** Find out what a device can borrow. Nothing in it is changed. */
export async function findBackEnds(candidate: Candidate, options: HardwareOptions): Promise<BackEnds> {
  const { serial, sdk } = candidate;
  const emulator = await consoleOf(candidate, options);
  return {
    location: emulator ?? (sdk >= FIRST_TEST_PROVIDERS_SDK ? "adb" : undefined),
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
