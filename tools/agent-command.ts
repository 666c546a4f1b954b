import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AndroidConfig, type Config, type DeviceChoice, TOKEN_VARIABLE } from "../origin-agent/config.ts";
import { denoFlags, neededPermissions } from "../origin-agent/runtime/permissions.ts";
import { MODULES, ROOT } from "./paths.ts";

export type AgentRuntime = "deno" | "node";

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How to run the agent. A token goes on by environment or file, not into the process list of the agent itself. */
export function agentCommand(config: Config, runtime: AgentRuntime): Command {
  const { edge, token, devices, android } = config;
  const args = [
    join(ROOT, "origin-agent", "main.ts"),
    ...["--edge", edge.origin],
    ...(token.from === "file" ? ["--token-file", token.path] : []),
    ...devices.flatMap((choice) => ["--device", deviceArgument(choice)]),
    ...(android === undefined ? [] : androidArguments(android)),
  ];
  const env = token.from === "file" ? {} : { [TOKEN_VARIABLE]: token.token };
  if (runtime === "node") return { command: process.execPath, args, env };
  const [command, ...before] = denoProgram();
  return {
    command,
    // Nothing is looked up: modules come from node_modules, and no lock file of Deno's own is kept.
    args: [...before, "run", "--quiet", "--no-lock", "--no-remote", ...denoFlags(neededPermissions(config)), ...args],
    env: { ...env, DENO_NO_UPDATE_CHECK: "1" },
  };
}

function androidArguments({ serverFile, cameras = [], microphones = [] }: AndroidConfig): string[] {
  return [
    ...["--scrcpy-server", serverFile],
    ...cameras.map(
      ({ serial, path, width, height, frameRate }) => `--camera=${serial}=${path},${width}x${height}@${frameRate}`,
    ),
    ...microphones.map(({ serial, path }) => `--microphone=${serial}=${path}`),
  ];
}

function deviceArgument(choice: DeviceChoice): string {
  const detail = choice.kind === "demo" ? choice.startApp : choice.serial;
  return detail === undefined ? choice.kind : `${choice.kind}:${detail}`;
}

/** The deno that npm installed: the program itself, or the script that finds it where install scripts did not run. */
export function denoProgram(): [string, ...string[]] {
  const folder = join(MODULES, "deno");
  const program = join(folder, process.platform === "win32" ? "deno.exe" : "deno");
  return existsSync(program) ? [program] : [process.execPath, join(folder, "bin.cjs")];
}
