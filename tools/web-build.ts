import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { House } from "./house.ts";
import { MODULES, ROOT } from "./paths.ts";

const OUTPUT = join(ROOT, "dist", "web");
const STAMP = join(ROOT, "dist", "web.sha256");
/** All that the pages are made from. */
const SOURCES = ["web-client", "edge/protocol", "package.json", "package-lock.json", "tsconfig.base.json"];

/** Build the pages into dist/web, unless they were built from these very sources. @returns whether it built */
export async function buildWebClient(house: House): Promise<boolean> {
  const hash = await hashOf(SOURCES.map((source) => join(ROOT, source)));
  if ((await readFile(STAMP, "utf8").catch(() => "")) === hash && (await isBuilt())) return false;
  const vite = join(MODULES, "vite", "bin", "vite.js");
  const config = join(ROOT, "web-client", "vite.config.ts");
  await house.run({
    name: "the build of the web client",
    command: process.execPath,
    args: [vite, "build", "--config", config],
  });
  await mkdir(join(ROOT, "dist"), { recursive: true });
  await writeFile(STAMP, hash);
  return true;
}

async function isBuilt(): Promise<boolean> {
  return (await readdir(OUTPUT).catch(() => [])).length > 0;
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) await addTo(hash, path);
  return hash.digest("hex");
}

async function addTo(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const entries = await readdir(path).catch(() => undefined);
  if (entries === undefined) {
    hash.update(`${relative(ROOT, path)}\0`).update(await readFile(path).catch(() => "absent"));
    return;
  }
  for (const entry of entries.sort()) await addTo(hash, join(path, entry));
}
