import { expect, it } from "vitest";
import { ADB } from "../../../tools/gate/adb.ts";
import { CHROMIUM } from "../../../tools/gate/chromium.ts";
import { findTool, toolInstallation, toolMissing } from "../../../tools/gate/tool.ts";

function machineWith(...programs: readonly string[]): (path: string) => boolean {
  return (path) => programs.includes(path);
}

const PATH = "/usr/local/bin:/usr/bin";

it("the browser of CHROME_PATH is taken before all others, and none instead of it", () => {
  const machine = machineWith("/usr/bin/chromium", "/opt/chrome");
  expect(findTool(CHROMIUM, { PATH, CHROME_PATH: "/opt/chrome" }, machine)).toBe("/opt/chrome");
  expect(findTool(CHROMIUM, { PATH, CHROME_PATH: "/opt/gone" }, machine)).toBeUndefined();
});

it("without CHROME_PATH the first of the usual names on the PATH is taken", () => {
  expect(findTool(CHROMIUM, { PATH }, machineWith("/usr/bin/google-chrome", "/usr/bin/chromium"))).toBe(
    "/usr/bin/chromium",
  );
  expect(findTool(CHROMIUM, { PATH, CHROME_PATH: "" }, machineWith("/usr/local/bin/google-chrome"))).toBe(
    "/usr/local/bin/google-chrome",
  );
  expect(findTool(CHROMIUM, { PATH }, machineWith("/opt/chromium"))).toBeUndefined();
  expect(findTool(CHROMIUM, {}, machineWith("chromium"))).toBeUndefined();
});

it("adb is found on the PATH, or where ADB_PATH says", () => {
  const machine = machineWith("/usr/bin/adb", "/opt/platform-tools/adb");
  expect(findTool(ADB, { PATH }, machine)).toBe("/usr/bin/adb");
  expect(findTool(ADB, { PATH, ADB_PATH: "/opt/platform-tools/adb" }, machine)).toBe("/opt/platform-tools/adb");
});

it.each([
  ["chromium", CHROMIUM],
  ["adb", ADB],
] as const)("%s alone is installed, and only by root where there is apt-get", (name, tool) => {
  const debian = machineWith("/usr/bin/apt-get");
  expect(toolInstallation(tool, { PATH }, true, debian)?.at(-1)).toEqual([
    "/usr/bin/apt-get",
    ...["install", "-q", "-y", "--no-install-recommends", name],
  ]);
  expect(toolInstallation(tool, { PATH }, false, debian)).toBeUndefined();
  expect(toolInstallation(tool, { PATH }, true, machineWith())).toBeUndefined();
  expect(toolInstallation(tool, { PATH, [tool.variable]: "/opt/gone" }, true, debian)).toBeUndefined();
});

it("whoever has to install it is told how, in one line", () => {
  expect(toolMissing(CHROMIUM, {})).toMatch(/^[^\n]*install chromium[^\n]*CHROME_PATH[^\n]*$/);
  expect(toolMissing(CHROMIUM, { CHROME_PATH: "/opt/gone" })).toMatch(/^CHROME_PATH is \/opt\/gone[^\n]*$/);
  expect(toolMissing(ADB, {})).toMatch(/^[^\n]*install adb[^\n]*ADB_PATH[^\n]*$/);
});
