import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { denoProgram } from "../agent-command.ts";
import { MODULES, ROOT } from "../paths.ts";
import { ADB } from "./adb.ts";
import { CHROMIUM } from "./chromium.ts";
import { FAILED, PASSED, type Tally } from "./tally.ts";
import type { Tool } from "./tool.ts";
import { typeProjects } from "./type-projects.ts";
import { failuresOf, tallyOf } from "./vitest-report.ts";

/** One program that has to end well. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Runs a program to its end with its output shown. @returns its exit code, undefined when it was ended or never ran */
export type Run = (program: Program) => Promise<number | undefined>;

/** One part of the gate. */
export interface Check {
  readonly name: string;
  readonly needs?: readonly Tool[];
  run(run: Run): Promise<Tally>;
}

/** What runs in Deno, and is checked as Deno sees it. */
const DENO_PROGRAMS = { "origin-agent": "origin-agent/main.ts", "test/network": "test/network/link-program.ts" };

/** Everything that `npm test` holds the tree to, the quick first. */
export const CHECKS: readonly Check[] = [
  programCheck("lint", process.execPath, [
    join(MODULES, "@biomejs", "biome", "bin", "biome"),
    "ci",
    "--error-on-warnings",
    ".",
  ]),
  ...typeChecks(),
  programCheck("build of the pages", process.execPath, [
    join(MODULES, "vite", "bin", "vite.js"),
    ...["build", "--config", join(ROOT, "web-client", "vite.config.ts")],
  ]),
  programCheck("bundle of the edge", process.execPath, [
    join(MODULES, "wrangler", "bin", "wrangler.js"),
    ...["deploy", "--dry-run", "--outdir", join(ROOT, "dist", "edge")],
  ]),
  vitestCheck("rules", ["--project", "rules"]),
  vitestCheck("edge", ["--config", join(ROOT, "test", "edge", "vitest.config.ts")]),
  { ...vitestCheck("android", ["--project", "android"]), needs: [ADB] },
  { ...vitestCheck("browser", ["--project", "browser"]), needs: [CHROMIUM] },
  { ...vitestCheck("end-to-end", ["--project", "end-to-end"]), needs: [CHROMIUM] },
];

/** Each project of TypeScript, and the programs for Deno. */
export function typeChecks(): readonly Check[] {
  const tsc = join(MODULES, "typescript", "bin", "tsc");
  const [deno, ...before] = denoProgram();
  return [
    ...typeProjects(ROOT).map((path) =>
      programCheck(`types: ${path}`, process.execPath, [tsc, "-p", join(ROOT, path)]),
    ),
    ...Object.entries(DENO_PROGRAMS).map(([name, path]) =>
      programCheck(`types: ${name} in Deno`, deno, [
        ...before,
        ...["check", "--quiet", "--no-lock", "--no-remote", join(ROOT, path)],
      ]),
    ),
  ];
}

function programCheck(name: string, command: string, args: readonly string[]): Check {
  return { name, run: async (run) => ((await run({ name, command, args })) === 0 ? PASSED : FAILED) };
}

/** Tests, counted one by one from vitest's own report. */
function vitestCheck(name: string, args: readonly string[]): Check {
  const vitest = join(MODULES, "vitest", "vitest.mjs");
  return {
    name,
    run: async (run) => {
      const folder = await mkdtemp(join(tmpdir(), "nearglass-test-"));
      const report = join(folder, "report.json");
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
      const code = await run({ name, command: process.execPath, args: [vitest, "run", ...args, ...reporters] });
      const text = await readFile(report, "utf8").catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
      return { ...tallyOf(text, code), failures: failuresOf(text) };
    },
  };
}
