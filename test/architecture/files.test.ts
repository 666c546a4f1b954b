import { relative } from "node:path";
import { expect, it } from "vitest";
import { moduleAt } from "./module.ts";
import { files, ROOT, text } from "./tree.ts";

const LINES_ASK = 250;
const LINES_END = 400;

/** Files that a platform asks a default export of, and which platform. */
const DEFAULT_EXPORTS: Readonly<Record<string, string>> = {
  "edge/worker.ts": "a Worker's handlers",
  "bench/worker.ts": "a Worker's handlers",
  "vitest.config.ts": "vitest",
  "test/edge/vitest.config.ts": "vitest",
  "web-client/vite.config.ts": "vite",
  "web-client/vite.sdk.config.ts": "vite",
};

/** What the machines of those who work on it are called, and what is nobody's business here. */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  "a path of one machine": /(?<![\w.])\/(?:root|work|home\/[a-z]\w*|Users\/[A-Za-z]\w*)\/[\w.-]/,
  "a registry's address": /registry\.(?:npm|yarn|jsr)|npm\.(?:pkg|jsr)\.|artifactory|verdaccio|jfrog/i,
  "a credential": /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{30}|\bnpm_\w{36}/,
};

const TEXTS = files(".ts", ".js", ".css", ".html", ".md", ".json", ".toml", ".svg", "").filter(
  (path) => path !== relative(ROOT, import.meta.filename),
);

function linesOf(path: string): number {
  return text(path).split("\n").length - 1;
}

it("no file goes past its end, and long ones are asked what else lives in them", () => {
  const code = files(".ts", ".css", ".html");
  const long = code.filter((path) => linesOf(path) > LINES_ASK);
  if (long.length > 0)
    console.warn(long.map((path) => `what else lives in ${path} (${linesOf(path)} lines)?`).join("\n"));
  expect(code.filter((path) => linesOf(path) > LINES_END)).toEqual([]);
});

it("no file exports a default but for a platform that asks for one", () => {
  const found = files(".ts").filter((path) => !path.endsWith(".d.ts") && moduleAt(path).hasDefaultExport);
  expect(found.filter((path) => !(path in DEFAULT_EXPORTS))).toEqual([]);
  expect(Object.keys(DEFAULT_EXPORTS).filter((path) => !found.includes(path))).toEqual([]);
});

it("a file is named in kebab-case, for the one thing in it", () => {
  const names = files(".ts", ".css").map((path) => path.slice(path.lastIndexOf("/") + 1));
  expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/.test(name))).toEqual([]);
  expect(names.filter((name) => /manager|helper|util|common|misc/.test(name))).toEqual([]);
});

const HELD =
  /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|skipIf|runIf|only|todo|fails)\b|\b(?:fit|fdescribe|xit|xdescribe)\(/;
/** Tests that may be held back, and why. */
const MAY_BE_HELD: Readonly<Record<string, string>> = {
  "test/network/link.test.ts": "needs root and TUN devices, and says by its name when it has none",
};
/** Says what is to be proved. */
const PROVES = /^import \{[^}]*\b(?:it|test|describe)\b[^}]*\} from "vitest";$/m;

it("every test runs", () => {
  const tests = files(".ts").filter((path) => PROVES.test(text(path)));
  expect(tests.length).toBeGreaterThan(0);
  expect(tests.filter((path) => HELD.test(text(path)))).toEqual(Object.keys(MAY_BE_HELD));
  // The projects of vitest.config.ts and test/edge/vitest.config.ts take what is named so; a suite runs in a test.
  expect(tests.filter((path) => !/^test\/.*\.(test|suite)\.ts$/.test(path))).toEqual([]);
  const imported = new Set(tests.filter((path) => path.endsWith(".test.ts")).flatMap((path) => moduleAt(path).imports));
  expect(tests.filter((path) => path.endsWith(".suite.ts") && !imported.has(path))).toEqual([]);
});

it("a test that is held back is recognised", () => {
  const held = ["it skip", "it skipIf", "describe runIf", "test concurrent only"].map((words) =>
    words.replaceAll(" ", "."),
  );
  expect(held.filter((source) => HELD.test(source))).toEqual(held);
  expect(HELD.test('it.each(rows)("only %s", prove);')).toBe(false);
});

it("all code is TypeScript, which is what these tests read", () => {
  expect(files(".js", ".mjs", ".cjs", ".jsx", ".tsx", ".mts", ".cts")).toEqual([]);
});

it.each(Object.entries(FORBIDDEN))("no file holds %s", (_what, pattern) => {
  const found = TEXTS.flatMap((path) => {
    const match = pattern.exec(text(path));
    return match === null ? [] : [`${path}: ${match[0]}`];
  });
  expect(found).toEqual([]);
});

it("what is forbidden is recognised", () => {
  const path = FORBIDDEN["a path of one machine"];
  const places = ["work", "root", "home/ada", "Users/Ada"].map((place) => `see /${place}/x`);
  expect(places.filter((place) => path?.test(place))).toEqual(places);
  expect(path?.test("https://example.com/work/x")).toBe(false);
  expect(path?.test("../home/page.css")).toBe(false);
  expect(FORBIDDEN["a registry's address"]?.test(["https://registry", "npmjs.org/x"].join("."))).toBe(true);
});
