import { globSync } from "node:fs";

const SHARED = "tsconfig.base.json";
const FOREIGN = new Set(["node_modules", "dist", ".wrangler", ".nearglass"]);

/** Every TypeScript project of the house, relative to its root: a folder gets checked by having a `tsconfig.json`. */
export function typeProjects(root: string): readonly string[] {
  const found = globSync("**/tsconfig*.json", { cwd: root, exclude: (name) => FOREIGN.has(name) });
  return found.filter((path) => path !== SHARED).sort();
}
