import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A program that tests need and npm does not bring. */
export interface Tool {
  readonly name: string;
  /** The environment variable that names it to the tests, and takes it from others. */
  readonly variable: string;
  /** What it is called in a folder of PATH, the best first. */
  readonly programs: readonly string[];
  /** Where it is that no PATH leads to. */
  readonly places: readonly string[];
  readonly debianPackage: string;
  /** The tests that need it, as the subject of a sentence. */
  readonly tests: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The program to test with: the one that the variable names if that is set, else the first in the usual places. */
export function findTool(tool: Tool, env: Environment, isProgram = isExecutable): string | undefined {
  const named = env[tool.variable];
  if (named !== undefined && named !== "") return isProgram(named) ? named : undefined;
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = tool.programs.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...tool.places].find(isProgram);
}

/** The commands that install Debian's package, or undefined where that is not ours to do. */
export function toolInstallation(
  tool: Tool,
  env: Environment,
  isRoot: boolean,
  isProgram = isExecutable,
): readonly string[][] | undefined {
  const aptGet = (env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "apt-get"))
    .find(isProgram);
  if (!isRoot || aptGet === undefined || (env[tool.variable] ?? "") !== "") return undefined;
  return [
    [aptGet, "update", "-q"],
    [aptGet, "install", "-q", "-y", "--no-install-recommends", tool.debianPackage],
  ];
}

/** For somebody who has to do it themselves. */
export function toolMissing({ name, variable, debianPackage, tests }: Tool, env: Environment): string {
  const named = env[variable] ?? "";
  return named === ""
    ? `${tests} need ${name}: install it (Debian: apt-get install ${debianPackage}), or set ${variable} to its program.`
    : `${variable} is ${named}, where no program is: set it to a ${name}, or unset it to look in the usual places.`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
