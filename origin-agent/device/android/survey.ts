import { type Adb, AdbServerClient } from "@yume-chan/adb";
import type { DeviceDescription } from "#protocol";
import { type AdbAddress, adbConnector } from "./adb/connector.ts";
import { within } from "./adb/deadline.ts";
import { run } from "./adb/shell.ts";
import { describe } from "./describe.ts";
import { findBackEnds, type HardwareOptions, hardwareFeatures } from "./hardware/index.ts";
import { listArguments } from "./scrcpy/server-arguments.ts";
import { newServerId, pushServer, type ServerProgram } from "./scrcpy/server-program.ts";

/** A device as it was found, usable or not. */
export interface Surveyed {
  readonly serial: string;
  readonly state: AdbServerClient.ConnectionState;
  /** Model and Android version; undefined when it did not say. */
  readonly model: string | undefined;
  /** Video encoders by name; empty without a program to ask with. */
  readonly encoders: readonly string[];
  /** What it can borrow by itself, as its features are called. */
  readonly borrows: readonly DeviceDescription["features"][number][];
  /** Why that is less than it could be. */
  readonly troubles: readonly string[];
}

const ANSWER_MS = 5_000;
const DEVICE_MS = 20_000;

/** Look once at what an ADB server has. @returns undefined when none answers */
export async function surveyDevices(
  adb: AdbAddress,
  program: ServerProgram | undefined,
  hardware: HardwareOptions,
): Promise<readonly Surveyed[] | undefined> {
  const client = new AdbServerClient(adbConnector(adb));
  const listing = client.getDevices(["device", "unauthorized", "offline"]).catch(() => undefined);
  const devices = await within(ANSWER_MS, listing);
  if (devices === undefined) return undefined;
  return await Promise.all(
    devices.map(async ({ serial, state }) => {
      const asked = state === "device" ? await within(DEVICE_MS, ask(client, serial, program, hardware)) : undefined;
      return { serial, state, model: undefined, encoders: [], borrows: [], troubles: [], ...asked };
    }),
  );
}

type Answers = Pick<Surveyed, "model" | "encoders" | "borrows" | "troubles">;

async function ask(
  client: AdbServerClient,
  serial: string,
  program: ServerProgram | undefined,
  hardware: HardwareOptions,
): Promise<Answers | undefined> {
  try {
    const adb = await client.createAdb({ serial });
    try {
      const { description, sdk } = await describe(adb, serial, program);
      const troubles: string[] = [];
      const backEnds = await findBackEnds({ serial, sdk, log: (line) => troubles.push(line) }, hardware);
      const encoders = program === undefined ? [] : await encodersOf(adb, program);
      return { model: description.model, encoders, borrows: hardwareFeatures(backEnds), troubles };
    } finally {
      await adb.close();
    }
  } catch {
    return undefined;
  }
}

async function encodersOf(adb: Adb, program: ServerProgram): Promise<string[]> {
  const path = await pushServer(adb, program, newServerId());
  const output = await run(adb, listArguments(program.version, path, "list_encoders"));
  return [...output.matchAll(/--video-codec=\w+ --video-encoder='?([\w.-]+)/g)].map(([, name = ""]) => name);
}
