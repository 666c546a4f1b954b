import type { ByteStream } from "../byte-stream.ts";
import type { System } from "../shell/process.ts";
import { serveReverse } from "./reverse.ts";
import { serveRawShell, serveShellV2 } from "./shell.ts";
import { serveSync } from "./sync.ts";

/** What adbd offers here, and no more: hosts act on it. */
export const FEATURES = ["shell_v2", "cmd", "stat_v2", "ls_v2", "fixed_push_mkdir"] as const;

/** Start what a host asks for. @returns undefined when there is no such service, else what settles when it has ended */
export function startService(
  service: string,
  stream: ByteStream,
  system: System,
  transport: { open(service: string): ByteStream },
): Promise<void> | undefined {
  const { android } = system;
  const { name, flags, argument } = divided(service);
  switch (name) {
    case "shell":
      android.record.add({ kind: "shell", service: "shell", line: argument });
      return flags.includes("v2")
        ? serveShellV2(stream, argument, system)
        : serveRawShell(stream, argument, system, false);
    case "exec":
      android.record.add({ kind: "shell", service: "exec", line: argument });
      return serveRawShell(stream, argument, system, true);
    case "sync":
      return serveSync(stream, android.files, android.record);
    case "reverse":
      return serveReverse(stream, argument, android.sockets, transport);
    case "reboot":
      android.reboot();
      stream.close();
      return Promise.resolve();
    case "localabstract":
    case "tcp":
      return android.sockets.arrive(service, stream) ? Promise.resolve() : undefined;
    default:
      return undefined;
  }
}

/** `NAME,FLAG,FLAG:ARGUMENT`. */
function divided(service: string): {
  readonly name: string;
  readonly flags: readonly string[];
  readonly argument: string;
} {
  const colon = service.indexOf(":");
  const [name = "", ...flags] = service.slice(0, colon === -1 ? undefined : colon).split(",");
  return { name, flags, argument: colon === -1 ? "" : service.slice(colon + 1) };
}
