import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { findCycle } from "./cycles.ts";
import { type Module, moduleAt, PROTOCOL, parseModule, walk } from "./module.ts";
import { isDoor, MAY_IMPORT, ONLY_PACKAGES, PACKAGES, roomOf, SEAMS, SIDE_DOORS } from "./rooms.ts";
import { files, sources } from "./tree.ts";

const modules = sources().map(moduleAt);
const everything = new Set(files());

describe("what is imported", () => {
  it("exists", () => {
    const missing = modules.flatMap(({ path, imports }) =>
      imports.filter((to) => to !== PROTOCOL && !everything.has(to)).map((to) => `${path} -> ${to}`),
    );
    expect(missing).toEqual([]);
  });

  it("is in a room that the importing room may see", () => {
    expect(modules.flatMap(wrongWays)).toEqual([]);
  });

  it("is entered by the door of its room", () => {
    expect(modules.flatMap(brokenDoors)).toEqual([]);
  });

  it("does nothing, where it is a seam", () => {
    const seams = modules.filter(({ path }) => SEAMS.includes(posix.basename(path)));
    expect(seams.length).toBeGreaterThan(0);
    expect(seams.filter(({ path }) => doesSomething(path)).map(({ path }) => path)).toEqual([]);
  });

  it("has no side door that nobody uses", () => {
    const used = new Set(modules.flatMap(({ imports }) => imports));
    expect(Object.keys(SIDE_DOORS).filter((door) => !used.has(door))).toEqual([]);
  });

  it("does not import the importing file in turn", () => {
    const graph = new Map(
      modules.map(({ path, imports }) => [
        path,
        imports.map((to) => (to === PROTOCOL ? "edge/protocol/index.ts" : to)),
      ]),
    );
    expect(findCycle(graph)).toBeUndefined();
  });

  it("is a package that this place may use", () => {
    expect(modules.flatMap(wrongPackages)).toEqual([]);
  });

  it("is a package that has a place", () => {
    const known = (name: string) => PACKAGES.some(({ packages }) => packages.test(name));
    expect(
      modules.flatMap(({ path, packages }) =>
        packages.filter((name) => !known(name)).map((name) => `${path} -> ${name}`),
      ),
    ).toEqual([]);
    expect(
      PACKAGES.filter((rule) => !modules.some((module) => module.packages.some((name) => rule.packages.test(name)))),
    ).toEqual([]);
  });
});

describe("every room", () => {
  it("is declared", () => {
    expect(modules.map(({ path }) => path).filter((path) => roomOf(path) === undefined)).toEqual([]);
  });

  it("that is declared exists", () => {
    const gone = Object.keys(MAY_IMPORT).filter((room) => !modules.some(({ path }) => roomOf(path) === room));
    expect(gone).toEqual([]);
  });
});

describe("these rules", () => {
  it("see an import that points the wrong way", () => {
    expect(
      wrongWays(parseModule("web-client/sdk/x.ts", 'import type { A } from "../../edge/relay/index.ts";')),
    ).toHaveLength(1);
    expect(wrongWays(parseModule("web-client/x.ts", 'import { A } from "./s/main.ts";'))).toHaveLength(1);
    expect(wrongWays(parseModule("edge/protocol/x.ts", 'export * from "../relay/index.ts";'))).toHaveLength(1);
    expect(wrongWays(parseModule("edge/relay/x.ts", 'type T = import("../session/contract.ts").T;'))).toHaveLength(1);
    expect(wrongWays(parseModule("origin-agent/link/x.ts", 'void import("../session/index.ts");'))).toHaveLength(1);
    expect(
      wrongWays(parseModule("web-client/sdk/x.ts", 'new Worker(new URL("../s/main.ts", import.meta.url));')),
    ).toHaveLength(1);
    expect(
      wrongWays(parseModule("edge/relay/x.ts", 'import { A } from "#protocol"; import { B } from "./b.ts";')),
    ).toEqual([]);
  });

  it("see a room that is entered through the wall", () => {
    expect(brokenDoors(parseModule("edge/session/x.ts", 'import { A } from "../relay/state.ts";'))).toHaveLength(1);
    expect(brokenDoors(parseModule("edge/relay/x.ts", 'import { A } from "../protocol/frame.ts";'))).toHaveLength(1);
    expect(wrongWays(parseModule("edge/relay/x.ts", 'import { A } from "../protocol/index.ts";'))).toHaveLength(1);
    expect(brokenDoors(parseModule("edge/session/x.ts", 'import { A } from "../relay/index.ts";'))).toEqual([]);
  });

  it("see a package where it should not be", () => {
    expect(
      wrongPackages(parseModule("edge/relay/x.ts", 'import { DurableObject } from "cloudflare:workers";')),
    ).toHaveLength(2);
    expect(wrongPackages(parseModule("edge/protocol/x.ts", 'import * as z from "zod";'))).toHaveLength(1);
    expect(wrongPackages(parseModule("web-client/s/x.ts", 'import { join } from "node:path";'))).toHaveLength(1);
  });

  it("see a round of imports, however long", () => {
    const round = new Map([
      ["a", ["b", "x"]],
      ["b", ["c"]],
      ["c", ["a"]],
    ]);
    expect(findCycle(round)).toEqual(["a", "b", "c", "a"]);
    expect(
      findCycle(
        new Map([
          ["a", ["b"]],
          ["b", []],
        ]),
      ),
    ).toBeUndefined();
  });
});

/** Anything but types and the names of constants. */
function doesSomething(path: string): boolean {
  let found = false;
  walk(moduleAt(path).program, (node) => {
    if (node.type === "ImportDeclaration" && node.importKind !== "type") found = true;
    if (/^(Function|Class|Arrow|Call|New)/.test(node.type)) found = true;
  });
  return found;
}

function wrongWays({ path, imports }: Module): string[] {
  const room = roomOf(path) ?? "";
  const allowed = MAY_IMPORT[room] ?? [];
  return imports
    .filter((to) => to !== PROTOCOL && roomOf(to) !== room)
    .filter((to) => !allowed.some((other) => to === other || to.startsWith(`${other}/`)))
    .map((to) => `${path} -> ${to}`);
}

/** Folders with an `index.ts` that hold the imported file and not the importing one. */
function brokenDoors({ path, imports }: Module): string[] {
  return imports
    .filter((to) => {
      const outermost = foldersOf(to).find(
        (folder) => !path.startsWith(`${folder}/`) && everything.has(`${folder}/index.ts`),
      );
      return outermost !== undefined && !(posix.dirname(to) === outermost && isDoor(to));
    })
    .map((to) => `${path} -> ${to}`);
}

function foldersOf(path: string): string[] {
  const parts = posix.dirname(path).split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function wrongPackages({ path, packages }: Module): string[] {
  const room = roomOf(path) ?? "";
  const only = ONLY_PACKAGES[room];
  const misplaced = packages.flatMap((name) =>
    PACKAGES.filter((rule) => rule.packages.test(name) && !rule.within.test(path)).map(
      ({ why }) => `${path} -> ${name}: ${why}`,
    ),
  );
  const foreign =
    only === undefined
      ? []
      : packages
          .filter((name) => !only.includes(name))
          .map((name) => `${path} -> ${name}: a room with no such package`);
  return [...misplaced, ...foreign];
}
