import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
/** Where browsers are that no PATH leads to. */
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

type Environment = Readonly<Record<string, string | undefined>>;

/** The Chromium to test with: `CHROME_PATH` if that is set, else the first in the usual places. */
export function findChromium(env: Environment, isProgram = isExecutable): string | undefined {
  const named = env.CHROME_PATH;
  if (named !== undefined && named !== "") return isProgram(named) ? named : undefined;
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES].find(isProgram);
}

/** The commands that install Debian's package, or undefined where that is not ours to do. */
export function chromiumInstallation(
  env: Environment,
  isRoot: boolean,
  isProgram = isExecutable,
): readonly string[][] | undefined {
  const aptGet = (env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "apt-get"))
    .find(isProgram);
  if (!isRoot || aptGet === undefined || (env.CHROME_PATH ?? "") !== "") return undefined;
  return [
    [aptGet, "update", "-q"],
    [aptGet, "install", "-q", "-y", "--no-install-recommends", "chromium"],
  ];
}

/** For somebody who has to do it themselves. */
export function chromiumMissing(env: Environment): string {
  const named = env.CHROME_PATH ?? "";
  return named === ""
    ? "The tests of the page need Chromium: install it (Debian: apt-get install chromium), or set CHROME_PATH to its program."
    : `CHROME_PATH is ${named}, where no program is: set it to a Chromium, or unset it to look in the usual places.`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
