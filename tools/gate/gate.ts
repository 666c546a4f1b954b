import { type Child, startChild } from "../child.ts";
import { ROOT } from "../paths.ts";
import type { Check, Program, Run } from "./checks.ts";
import { FAILED, sum, type Tally, wordsFor } from "./tally.ts";
import { findTool, type Tool, toolInstallation, toolMissing } from "./tool.ts";

/** No part of the gate takes half as long; one that hangs is ended and has failed. */
const PROGRAM_LIMIT_MS = 8 * 60_000;

/** Quiet, and on this machine: no telemetry, no look-ups, no questions. */
const ENVIRONMENT = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_WRITE_LOGS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  DENO_NO_UPDATE_CHECK: "1",
  DEBIAN_FRONTEND: "noninteractive",
};

/** Run checks one after the other, all of them whatever fails, and print what they come to as the last line. @returns the exit code */
export async function runGate(checks: readonly Check[], limitMs = PROGRAM_LIMIT_MS): Promise<number> {
  process.chdir(ROOT);
  const programs = new Programs(limitMs);
  const results: { readonly check: Check; readonly tally: Tally; readonly seconds: number }[] = [];
  for (const check of checks) {
    console.log(`\n=== ${check.name}`);
    const begun = performance.now();
    const tally = await runCheck(check, programs.run).catch(failedCheck);
    results.push({ check, tally, seconds: (performance.now() - begun) / 1_000 });
  }
  console.log("");
  for (const { check, tally, seconds } of results) {
    console.log(`${check.name}: ${wordsFor(tally)} (${seconds.toFixed(1)} s)`);
    // Said again here: of a long run often only the end is kept.
    for (const failure of tally.failures ?? []) console.log(`  failed: ${failure}`);
  }
  const total = sum(results.map(({ tally }) => tally));
  console.log(`\n${wordsFor(total)}`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/** A check that cannot even be run has failed, and the others are run all the same. */
function failedCheck(error: unknown): Tally {
  console.error(error);
  return FAILED;
}

async function runCheck(check: Check, run: Run): Promise<Tally> {
  for (const tool of check.needs ?? []) {
    if (await provide(tool, run)) continue;
    console.error(toolMissing(tool, process.env));
    return FAILED;
  }
  return await check.run(run);
}

/** See to it that the tool's variable names a program for the tests, installing one where that may be done. */
async function provide(tool: Tool, run: Run): Promise<boolean> {
  if (findTool(tool, process.env) === undefined) {
    for (const [command = "", ...args] of toolInstallation(tool, process.env, process.getuid?.() === 0) ?? []) {
      if ((await run({ name: `the installation of ${tool.name}`, command, args })) !== 0) return false;
    }
  }
  const found = findTool(tool, process.env);
  if (found !== undefined) process.env[tool.variable] = found;
  return found !== undefined;
}

/** The programs of this gate, one at a time; an interrupt ends the one that runs, and the gate. */
class Programs {
  readonly #limitMs: number;
  #child: Child | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void this.#interrupted());
  }

  readonly run = async ({ name, command, args }: Program): Promise<number | undefined> => {
    const child = startChild({ name, command, args, env: ENVIRONMENT, verbose: true });
    this.#child = child;
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      console.error(`${name} took too long and was ended`);
      void child.stop();
    }, this.#limitMs);
    const end = await child.ended;
    clearTimeout(limit);
    // Whatever it started and left behind goes with it.
    await child.stop();
    if (end.code !== 0) console.error(`${name} ${end.words}`);
    // A program that is asked to end may say 0, and has not done its work.
    return late ? undefined : end.code;
  };

  async #interrupted(): Promise<void> {
    await this.#child?.stop();
    process.exit(130);
  }
}
