import { describe, expect, it } from "vitest";
import { effectsIn, runtimeNamesIn } from "./effects.ts";
import { moduleAt, PROTOCOL, parseModule } from "./module.ts";
import { sources, text } from "./tree.ts";

/** What the type checker reads without any platform's types; the same list is held here to reach for nothing. */
const listed: readonly string[] = JSON.parse(text("tsconfig.pure.json")).include;
const declared = listed.filter((place) => !place.endsWith(".d.ts"));
const pure = sources().filter((path) => declared.some((place) => path === place || path.startsWith(`${place}/`)));

/** Rooms that the design declares free of effects. */
const ROOMS = [
  "edge/protocol",
  "edge/relay",
  "edge/access/policy",
  "edge/fleet/placement.ts",
  "origin-agent/link/backoff.ts",
  "web-client/sdk/session.ts",
];

describe("a room free of effects", () => {
  it.each(ROOMS)("is in the list: %s", (room) => {
    expect(declared).toContain(room);
  });

  it("exists, when it is in the list", () => {
    expect(declared.filter((place) => !pure.some((path) => path === place || path.startsWith(`${place}/`)))).toEqual(
      [],
    );
  });

  it.each(pure)("reaches for nothing: %s", (path) => {
    expect(effectsIn(moduleAt(path).program)).toEqual([]);
  });

  it("imports only rooms that are free of effects too, whatever it takes from others being types", () => {
    const foreign = pure.flatMap((path) =>
      moduleAt(path)
        .imports.filter((to) => to !== PROTOCOL && !pure.includes(to))
        .map((to) => `${path} -> ${to}`),
    );
    expect(foreign).toEqual([]);
  });
});

it("access is given the time, and its chance too", () => {
  const reaching = sources()
    .filter((path) => path.startsWith("edge/access/"))
    .flatMap((path) => effectsIn(moduleAt(path).program).map((effect) => `${path}: ${effect}`));
  // WebCrypto signs and compares, and is asynchronous.
  expect(reaching.filter((effect) => !/: (async|await|crypto|Promise)$/.test(effect))).toEqual([]);
  expect(
    sources().filter((path) => path.startsWith("edge/access/") && /randomUUID|getRandomValues/.test(text(path))),
  ).toEqual([]);
});

it("a runtime is named only where one is adapted to", () => {
  const adapting = /^(origin-agent\/runtime|tools|examples)\//;
  const naming = sources().filter((path) => !adapting.test(path) && runtimeNamesIn(moduleAt(path).program).length > 0);
  expect(naming).toEqual([]);
});

describe("these rules", () => {
  const effects = (source: string) => effectsIn(parseModule("x.ts", source).program);

  it.each([
    ["const at = Date.now();", "Date.now"],
    ["const at = new Date();", "new Date()"],
    ["const at = Date();", "Date()"],
    ["const dice = Math.random();", "Math.random"],
    ["setTimeout(run, 1);", "setTimeout"],
    ["const later = setTimeout;", "setTimeout"],
    ["globalThis.fetch();", "globalThis"],
    ["crypto.randomUUID();", "crypto"],
    ["export const wait = async () => 1;", "async"],
    ["await x;", "await"],
    ["const { now } = performance;", "performance"],
    ["class A { async run() {} }", "async"],
  ])("see %s", (source, effect) => {
    expect(effects(source)).toContain(effect);
  });

  it.each([
    "const time = new Date(at);",
    "const room = { fetch: 1, crypto: 2 };",
    "state.process = link.performance;",
    "interface Port { fetch(): Promise<void> }",
    "type Later = Promise<Worker>;",
    "function f(port: WebSocket): Promise<void> { return port.run(); }",
  ])("leave alone %s", (source) => {
    expect(effects(source)).toEqual([]);
  });

  it("see a runtime's name", () => {
    expect(runtimeNamesIn(parseModule("x.ts", "Deno.exit(0);").program)).toEqual(["Deno"]);
    expect(runtimeNamesIn(parseModule("x.ts", "const { env } = process;").program)).toEqual(["process"]);
    expect(runtimeNamesIn(parseModule("x.ts", "child.process();").program)).toEqual([]);
  });
});
