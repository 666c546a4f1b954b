import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");

/** Folders that hold nothing of ours, wherever they are: what programs bring and leave behind. */
const FOREIGN = new Set(["node_modules", "dist", "test-results"]);
/** Of what begins with a dot, this is ours. */
const DOTTED = new Set([".ci", ".gitignore"]);

/** Every file of the house, relative to its root. */
export function files(...extensions: readonly string[]): readonly string[] {
  const paths = filesIn("");
  return paths.filter((path) => extensions.length === 0 || extensions.includes(extname(path))).sort();
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !FOREIGN.has(name) && (!name.startsWith(".") || DOTTED.has(name)))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(`${folder}${entry.name}/`) : [`${folder}${entry.name}`]));
}

export function text(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Source that runs somewhere: not tests, not measurements. */
export function sources(): readonly string[] {
  return files(".ts").filter(
    (path) => !path.startsWith("test/") && !path.startsWith("bench/") && !path.endsWith(".d.ts"),
  );
}
