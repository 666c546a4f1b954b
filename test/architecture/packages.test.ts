import { expect, it } from "vitest";
import { VERSION } from "../../edge/version.ts";
import { text } from "./tree.ts";

interface LockedPackage {
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly version?: string;
}

const house = JSON.parse(text("package.json"));
const locked: Readonly<Record<string, LockedPackage>> = JSON.parse(text("package-lock.json")).packages;
const entries = Object.entries(locked);

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

it("the lockfile knows the packages of every platform, or npm ci refuses it", () => {
  const missing = entries.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in locked) && !(`${path}/node_modules/${name}` in locked),
    ),
  );
  expect(missing).toEqual([]);
});
