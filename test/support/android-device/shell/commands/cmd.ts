import { ExactReader } from "../../byte-stream.ts";
import { FileError } from "../../system/files.ts";
import { complain, type Process, say } from "../process.ts";
import { activityOf, am } from "./apps.ts";
import { location } from "./location.ts";
import { wm } from "./wm.ts";

const NO_SERVICE = 20;

/** `cmd SERVICE ...`: the shell's way to a service of the system. */
export async function cmd(process: Process): Promise<number> {
  const [service = "", ...args] = process.args;
  const inner = { ...process, args };
  switch (service) {
    case "location":
      return await location(inner);
    case "package":
      return await pm(inner);
    case "activity":
      return await am(inner);
    case "window":
      return await wm(inner);
    case "clipboard":
      // Android has the service, and no shell for it.
      return await complain(process, "No shell command implementation.\n", 255);
    case "statusbar":
      // What it is told is in the record.
      return 0;
    case "-l":
      return await say(process, "Currently running services:\n  activity\n  location\n  package\n  window\n");
    default:
      return await complain(process, `cmd: Can't find service: ${service}\n`, NO_SERVICE);
  }
}

/** The package manager's shell. */
export async function pm(process: Process): Promise<number> {
  const { packages } = process.system.android;
  const [verb = "", ...args] = process.args;
  switch (verb) {
    case "list":
      return await list(process, args);
    case "path": {
      const app = packages.find(args[0] ?? "");
      return app === undefined ? 1 : await say(process, `package:/data/app/~~double==/${app.name}-1==/base.apk\n`);
    }
    case "install":
      return await install(process, args);
    case "uninstall":
      return packages.uninstall(args.at(-1) ?? "")
        ? await say(process, "Success\n")
        : await complain(process, "Failure [DELETE_FAILED_INTERNAL_ERROR]\n");
    case "resolve-activity": {
      const app = packages.find(args.at(-1) ?? "");
      if (app === undefined) return await say(process, "No activity found\n");
      return await say(
        process,
        `priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true\n${activityOf(app)}\n`,
      );
    }
    case "query-activities": {
      const lines = packages.apps.map(
        (app) => `  priority=0 preferredOrder=0 match=0x108000 specificIndex=-1\n  ${activityOf(app)}\n`,
      );
      return await say(process, `${lines.length} activities found:\n${lines.join("")}`);
    }
    case "grant":
    case "revoke":
    case "suspend":
    case "unsuspend":
    case "clear":
      return await say(process, verb === "clear" ? "Success\n" : "");
    default:
      return await complain(process, `Unknown command: ${verb}\n`, 255);
  }
}

async function list(process: Process, [what, ...flags]: readonly string[]): Promise<number> {
  if (what !== "packages" && what !== "package")
    return await complain(process, `Error: unknown list type '${what ?? ""}'\n`, 255);
  const wanted = flags.find((flag) => !flag.startsWith("-"));
  const apps = process.system.android.packages.apps
    .filter(({ system }) => !(flags.includes("-3") && system) && !(flags.includes("-s") && !system))
    .filter(({ name }) => wanted === undefined || name.includes(wanted));
  const uid = flags.includes("-U");
  return await say(process, apps.map((app) => `package:${app.name}${uid ? ` uid:${app.uid}` : ""}\n`).join(""));
}

/** `pm install [-r] PATH`, or `-S BYTES` with the package on standard input, as `adb install` streams it. */
async function install(process: Process, args: readonly string[]): Promise<number> {
  const { files, packages, record } = process.system.android;
  const size = args.indexOf("-S");
  if (Number(args[size + 1]) > files.roomBytes)
    return await complain(process, "Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE: Failed to allocate]\n");
  try {
    const data =
      size === -1
        ? files.read(args.at(-1) ?? "")
        : await new ExactReader(process.stdin).exactly(Number(args[size + 1]));
    const app = packages.install(data);
    if (app === undefined) {
      const why = "INSTALL_PARSE_FAILED_NOT_APK: Failed to parse base.apk";
      return await complain(process, `Failure [${why}]\n`);
    }
    record.add({ kind: "install", name: app.name, bytes: data.length });
    return await say(process, "Success\n");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return await complain(process, `Error: Unable to open file: ${args.at(-1) ?? ""}\n`);
  }
}
