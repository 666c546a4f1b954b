import { AdbServerClient } from "@yume-chan/adb";
import { type AdbAddress, adbConnector } from "./adb/connector.ts";
import { within } from "./adb/deadline.ts";
import { run } from "./adb/shell.ts";
import { describe } from "./describe.ts";
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
}

const ANSWER_MS = 5_000;
const DEVICE_MS = 20_000;

/** Look once at what an ADB server has. @returns undefined when none answers */
export async function surveyDevices(
  adb: AdbAddress,
  program: ServerProgram | undefined,
): Promise<readonly Surveyed[] | undefined> {
  const client = new AdbServerClient(adbConnector(adb));
  const listing = client.getDevices(["device", "unauthorized", "offline"]).catch(() => undefined);
  const devices = await within(ANSWER_MS, listing);
  if (devices === undefined) return undefined;
  return await Promise.all(
    devices.map(async ({ serial, state }) => {
      const asked = state === "device" ? await within(DEVICE_MS, ask(client, serial, program)) : undefined;
      return { serial, state, model: asked?.model, encoders: asked?.encoders ?? [] };
    }),
  );
}

async function ask(client: AdbServerClient, serial: string, program: ServerProgram | undefined) {
  try {
    const adb = await client.createAdb({ serial });
    try {
      const { description } = await describe(adb, serial, program);
      if (program === undefined) return { model: description.model, encoders: [] };
      const path = await pushServer(adb, program, newServerId());
      const output = await run(adb, listArguments(program.version, path, "list_encoders"));
      const encoders = [...output.matchAll(/--video-codec=\w+ --video-encoder='?([\w.-]+)/g)].map(
        ([, name = ""]) => name,
      );
      return { model: description.model, encoders };
    } finally {
      await adb.close();
    }
  } catch {
    return undefined;
  }
}
