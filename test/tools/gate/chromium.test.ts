import { expect, it } from "vitest";
import { chromiumInstallation, chromiumMissing, findChromium } from "../../../tools/gate/chromium.ts";

function machineWith(...programs: readonly string[]): (path: string) => boolean {
  return (path) => programs.includes(path);
}

const PATH = "/usr/local/bin:/usr/bin";

it("the browser of CHROME_PATH is taken before all others, and none instead of it", () => {
  const machine = machineWith("/usr/bin/chromium", "/opt/chrome");
  expect(findChromium({ PATH, CHROME_PATH: "/opt/chrome" }, machine)).toBe("/opt/chrome");
  expect(findChromium({ PATH, CHROME_PATH: "/opt/gone" }, machine)).toBeUndefined();
});

it("without CHROME_PATH the first of the usual names on the PATH is taken", () => {
  expect(findChromium({ PATH }, machineWith("/usr/bin/google-chrome", "/usr/bin/chromium"))).toBe("/usr/bin/chromium");
  expect(findChromium({ PATH, CHROME_PATH: "" }, machineWith("/usr/local/bin/google-chrome"))).toBe(
    "/usr/local/bin/google-chrome",
  );
  expect(findChromium({ PATH }, machineWith("/opt/chromium"))).toBeUndefined();
  expect(findChromium({}, machineWith("chromium"))).toBeUndefined();
});

it("chromium alone is installed, and only by root where there is apt-get", () => {
  const debian = machineWith("/usr/bin/apt-get");
  expect(chromiumInstallation({ PATH }, true, debian)?.at(-1)).toEqual([
    "/usr/bin/apt-get",
    ...["install", "-q", "-y", "--no-install-recommends", "chromium"],
  ]);
  expect(chromiumInstallation({ PATH }, false, debian)).toBeUndefined();
  expect(chromiumInstallation({ PATH }, true, machineWith())).toBeUndefined();
  expect(chromiumInstallation({ PATH, CHROME_PATH: "/opt/gone" }, true, debian)).toBeUndefined();
});

it("whoever has to install it is told how, in one line", () => {
  expect(chromiumMissing({})).toMatch(/^[^\n]*install chromium[^\n]*CHROME_PATH[^\n]*$/);
  expect(chromiumMissing({ CHROME_PATH: "/opt/gone" })).toMatch(/^CHROME_PATH is \/opt\/gone[^\n]*$/);
});
