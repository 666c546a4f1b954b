import type { InstalledApp } from "../../system/packages.ts";
import { complain, type Process, type Program, say } from "../process.ts";

/** Flags of `am start` that take no value; all others that begin with a dash take one. */
const BARE = new Set(["-W", "-S", "-D", "-N"]);

export const APP_PROGRAMS: Readonly<Record<string, Program>> = { am, appops, monkey };

export function am(process: Process): Promise<number> | number {
  const { android } = process.system;
  const [verb, ...args] = process.args;
  switch (verb) {
    case "start":
    case "start-activity":
      return start(process, args);
    case "force-stop":
      android.stopApp(args.at(-1) ?? "");
      return 0;
    case "broadcast":
      return say(process, "Broadcasting: Intent { flg=0x400000 }\nBroadcast completed: result=0\n");
    case "stack":
    case "task":
      return say(process, "");
    default:
      return complain(process, `Unknown command: ${verb ?? ""}\n`, 255);
  }
}

async function start(process: Process, args: readonly string[]): Promise<number> {
  const { android } = process.system;
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (BARE.has(arg)) values.set(arg, "");
    else if (arg.startsWith("-")) {
      values.set(arg, args[at + 1] ?? "");
      at += 1;
    } else rest.push(arg);
  }
  const component = values.get("-n") ?? rest[0] ?? values.get("-p") ?? "";
  const name = component.split("/")[0] ?? "";
  await process.out(`Starting: Intent { cmp=${component} }\n`);
  const screen = android.screens.get(Number(values.get("--display") ?? 0)) ?? android.mainScreen;
  if (android.startApp(name, screen, values.has("-S"))) return 0;
  return await complain(process, `Error type 3\nError: Activity class {${component}} does not exist.\n`);
}

/** `monkey -p PACKAGE 1`: the shell's way to start what a launcher would. */
async function monkey(process: Process): Promise<number> {
  const { android } = process.system;
  const name = process.args[process.args.indexOf("-p") + 1] ?? "";
  if (android.startApp(name, android.mainScreen, false)) return await say(process, "Events injected: 1\n");
  return await complain(process, "** No activities found to run, monkey aborted.\n", 252);
}

/** `appops set PACKAGE OP MODE`; of the operations only the mocking of locations has an effect. */
function appops(process: Process): Promise<number> | number {
  const { location } = process.system.android;
  const [verb, name, operation = "", mode] = process.args;
  const isMock = /^(android:)?mock_location$/i.test(operation) && name === "com.android.shell";
  if (verb === "set") {
    if (isMock) location.mockAllowed = mode === "allow";
    return 0;
  }
  if (verb === "get")
    return say(process, isMock ? `MOCK_LOCATION: ${location.mockAllowed ? "allow" : "deny"}\n` : "No operations.\n");
  return complain(process, `Unknown command: ${verb ?? ""}\n`, 255);
}

export function activityOf({ name, activity }: InstalledApp): string {
  return `${name}/${activity}`;
}
