import { spawn } from "node:child_process";
import { parseConfig, USAGE } from "../origin-agent/config.ts";
import { type AgentRuntime, agentCommand } from "./agent-command.ts";

/** `npm run agent -- --edge URL --token TOKEN --device demo`: the origin agent, under Deno with exactly the flags it needs. */

const RUNTIME_FLAG = "--runtime";
const EXIT_USAGE = 2;

function main(): void {
  const { args, runtime } = takeRuntime(process.argv.slice(2));
  if (runtime === undefined) return refuse(`${RUNTIME_FLAG} is deno or node`);
  const parsed = parseConfig(args, (name) => process.env[name]);
  if (!parsed.ok) {
    if (parsed.kind === "invalid") return refuse(parsed.words);
    console.log(`${USAGE}\n  ${RUNTIME_FLAG} NAME     deno (the default: a sandbox), or node`);
    return;
  }
  const { command, args: commandArgs, env } = agentCommand(parsed.config, runtime);
  console.log(["run:", command, ...commandArgs].join(" "));
  const child = spawn(command, commandArgs, { stdio: "inherit", env: { ...process.env, ...env } });
  // The agent says its farewells; this process waits for its end. (From a keyboard it hears an interrupt twice.)
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("error", () => refuse(`${command} could not be started; was npm install run?`));
  child.on("exit", (code) => process.exit(code ?? 1));
}

function takeRuntime(args: readonly string[]): { args: readonly string[]; runtime: AgentRuntime | undefined } {
  const at = args.indexOf(RUNTIME_FLAG);
  if (at < 0) return { args, runtime: "deno" };
  const name = args[at + 1];
  return { args: args.toSpliced(at, 2), runtime: name === "deno" || name === "node" ? name : undefined };
}

function refuse(words: string): void {
  console.error(`error: ${words}`);
  process.exit(EXIT_USAGE);
}

main();
