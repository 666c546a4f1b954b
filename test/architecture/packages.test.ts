import { expect, it } from "vitest";
import { VERSION } from "../../edge/version.ts";
import { text } from "./tree.ts";

interface LockedPackage {
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

const house = JSON.parse(text("package.json"));
const locked: Readonly<Record<string, LockedPackage>> = JSON.parse(text("package-lock.json")).packages;
const entries = Object.entries(locked);
const packages = entries.filter(([path]) => path !== "");
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?(\+[\w.]+)?$/;
/** SHA-512, 64 bytes as base64. */
const INTEGRITY = /^sha512-[\w+/]{86}==$/;

it("every dependency is pinned to one version", () => {
  const versions: Record<string, string> = { ...house.dependencies, ...house.devDependencies };
  expect(Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

it("the release that runs is the one of package.json", () => {
  expect(VERSION).toBe(house.version);
});

it("one workerd serves development and tests", () => {
  expect(
    entries
      .filter(([path]) => /(^|\/)node_modules\/(workerd|wrangler|miniflare)$/.test(path))
      .map(([path]) => path)
      .sort(),
  ).toEqual(["node_modules/miniflare", "node_modules/workerd", "node_modules/wrangler"]);
});

it("every install script was looked at: it is allowed or denied by name", () => {
  const scripted = entries
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.split("node_modules/").at(-1));
  expect(Object.keys(house.allowScripts).sort()).toEqual([...new Set(scripted)].sort());
});

it("every package is one certain version out of a registry, whichever it is: none of a folder, a repository or a host", () => {
  const others = packages.filter(
    ([, { version = "", resolved, link }]) => !EXACT.test(version) || resolved !== undefined || link !== undefined,
  );
  expect(others.map(([path]) => path)).toEqual([]);
});

it("every package is held to its contents, but for programs of other platforms, of which npm writes down the name", () => {
  const loose = packages.filter(([, { integrity = "" }]) => !INTEGRITY.test(integrity));
  const here = loose.filter(([, { integrity, optional, os, cpu, libc }]) => {
    const isHere = isOf(os, "linux") && isOf(cpu, "x64") && isOf(libc, "glibc");
    return integrity !== undefined || optional !== true || isHere;
  });
  expect(here.map(([path]) => path)).toEqual([]);
});

it("the lockfile knows the packages of every platform, or npm ci refuses it", () => {
  const missing = entries.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in locked) && !(`${path}/node_modules/${name}` in locked),
    ),
  );
  expect(missing).toEqual([]);
});

/** Where the gate runs is Linux with glibc, x64. A package that names none of it is for all. */
function isOf(named: readonly string[] | undefined, ours: string): boolean {
  return named === undefined || named.includes(ours);
}
