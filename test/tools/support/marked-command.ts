import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { ROOT } from "../../../tools/paths.ts";

const MARK = "NEARGLASS_TEST_MARK";

/** A command under test, with all that it says, and all the processes that it started or that those did. */
export interface MarkedCommand {
  readonly child: ChildProcess;
  output(): string;
  readonly ended: Promise<number | null>;
  /** How many of its processes live, itself included (proc(5)). */
  alive(): Promise<number>;
}

/** Start a program (Node's, unless named) with a mark in its environment, which every process under it inherits. */
export function startMarked(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { program = process.execPath, detached = false }: { readonly program?: string; readonly detached?: boolean } = {},
): MarkedCommand {
  const mark = `${MARK}=${crypto.randomUUID()}`;
  const child = spawn(program, args, {
    cwd: ROOT,
    detached,
    env: { ...process.env, ...env, [MARK]: mark.slice(MARK.length + 1) },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return {
    child,
    output: () => output,
    ended: once(child, "close").then(([code]) => code),
    alive: async () => {
      const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      const environments = await Promise.all(ids.map((id) => readFile(`/proc/${id}/environ`, "utf8").catch(() => "")));
      return environments.filter((environment) => environment.split("\0").includes(mark)).length;
    },
  };
}
