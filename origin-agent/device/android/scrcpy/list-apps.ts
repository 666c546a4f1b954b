import type { Adb } from "@yume-chan/adb";
import { run } from "../adb/shell.ts";
import { type App, parseAppList } from "./app-list.ts";
import { listArguments } from "./server-arguments.ts";
import { newServerId, pushServer, type ServerProgram } from "./server-program.ts";

/**
 * The apps of a device with their names, which only a program in it can read.
 * @throws Error when the program cannot be run
 */
export async function listApps(adb: Adb, program: ServerProgram): Promise<App[]> {
  const path = await pushServer(adb, program, newServerId());
  return parseAppList(await run(adb, listArguments(program.version, path, "list_apps")));
}
