import { setTimeout as pause } from "node:timers/promises";
import { complain, type Process, type Program, say } from "../process.ts";
import { wm } from "./wm.ts";

/** Programs of the system's state. */
export const SYSTEM_PROGRAMS: Readonly<Record<string, Program>> = {
  getprop,
  setprop: (process) => {
    const [name, value] = process.args;
    if (name === undefined || value === undefined) return complain(process, "setprop: Needs 2 arguments\n");
    if (/^ro\./.test(name))
      return complain(process, `Failed to set property '${name}' to '${value}'.\nSee dmesg for error reason.\n`);
    process.system.android.properties.set(name, value);
    return 0;
  },
  settings,
  wm,
  id: (process) =>
    say(process, "uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),3003(inet) context=u:r:shell:s0\n"),
  whoami: (process) => say(process, "shell\n"),
  uname: (process) => say(process, process.args.includes("-m") ? "x86_64\n" : "Linux\n"),
  date: (process) =>
    say(process, process.args[0] === "+%s" ? `${Math.floor(Date.now() / 1_000)}\n` : `${new Date().toUTCString()}\n`),
  uptime: (process) =>
    say(process, ` up ${Math.floor(process.system.android.uptimeMicros() / 60_000_000)} min,  0 users\n`),
  pidof: (process) =>
    process.args[0] === "app_process" && process.system.scrcpy.servers.length > 0 ? say(process, "4242\n") : 1,
  sleep: async ({ args, signal }) => {
    await pause(Number(args[0]) * 1_000, undefined, { signal }).catch(() => {});
    return 0;
  },
  logcat: (process) => say(process, "--------- beginning of main\n"),
  svc: () => 0,
  reboot: ({ system }) => {
    system.android.reboot();
    return 0;
  },
};

function getprop(process: Process): Promise<number> {
  const { properties } = process.system.android;
  const [name, otherwise = ""] = process.args;
  if (name !== undefined) return say(process, `${properties.get(name) ?? otherwise}\n`);
  const lines = [...properties].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `[${key}]: [${value}]\n`);
  return say(process, lines.join(""));
}

/** `settings get|put|delete|list NAMESPACE KEY VALUE`. */
async function settings(process: Process): Promise<number> {
  const { android } = process.system;
  const [verb = "", space = "", key = "", value = ""] = process.args;
  const table = android.settings.get(space);
  if (table === undefined) return await complain(process, `Invalid namespace '${space}'\n`, 255);
  switch (verb) {
    case "get":
      return await say(process, `${table.get(key) ?? "null"}\n`);
    case "put":
      table.set(key, value);
      if (key === "user_rotation" && table.get("accelerometer_rotation") === "0")
        android.mainScreen.turnTo(Number(value) & 3);
      return 0;
    case "delete":
      return await say(process, `Deleted ${Number(table.delete(key))} rows\n`);
    case "list":
      return await say(process, [...table].map(([name, is]) => `${name}=${is}\n`).join(""));
    default:
      return await complain(process, `Invalid command: ${verb}\n`, 255);
  }
}
