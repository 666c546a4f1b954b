import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Config, TOKEN_VARIABLE } from "../origin-agent/config.ts";
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
  const { edge, token, devices } = config;
  const args = [
    join(ROOT, "origin-agent", "main.ts"),
    ...["--edge", edge.origin],
    ...(token.from === "file" ? ["--token-file", token.path] : []),
    ...devices.flatMap(({ kind, startApp }) => ["--device", startApp === undefined ? kind : `${kind}:${startApp}`]),
  ];
  const env = token.from === "file" ? {} : { [TOKEN_VARIABLE]: token.token };
  if (runtime === "node") return { command: process.execPath, args, env };
  const tokenFile = token.from === "file" ? token.path : undefined;
  const [command, ...before] = denoProgram();
  return {
    command,
    // Nothing is looked up: modules come from node_modules, and no lock file of Deno's own is kept.
    args: [
      ...before,
      "run",
      "--quiet",
      "--no-lock",
      "--no-remote",
      ...denoFlags(neededPermissions(edge, tokenFile)),
      ...args,
    ],
    env: { ...env, DENO_NO_UPDATE_CHECK: "1" },
  };
}

/** The deno that npm installed: the program itself, or the script that finds it where install scripts did not run. */
export function denoProgram(): [string, ...string[]] {
  const folder = join(MODULES, "deno");
  const program = join(folder, process.platform === "win32" ? "deno.exe" : "deno");
  return existsSync(program) ? [program] : [process.execPath, join(folder, "bin.cjs")];
}
