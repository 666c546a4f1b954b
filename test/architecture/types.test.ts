import { execFileSync } from "node:child_process";
import { join, relative, sep } from "node:path";
import { expect, it } from "vitest";
import { typeProjects } from "../../tools/gate/type-projects.ts";
import { files, ROOT } from "./tree.ts";

const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");

/** Every file that this project checks, relative to the root. */
function checkedBy(project: string): string[] {
  const listed = execFileSync(process.execPath, [TSC, "-p", join(ROOT, project), "--listFilesOnly"], {
    encoding: "utf8",
  });
  return listed.split("\n").map((path) => relative(ROOT, path.trim()).split(sep).join("/"));
}

it("every file is checked by a project of TypeScript", { timeout: 60_000 }, () => {
  const checked = new Set(typeProjects(ROOT).flatMap(checkedBy));
  expect(files(".ts").filter((path) => !checked.has(path))).toEqual([]);
});
