import type { Tool } from "./tool.ts";

/** What stands between the agent and Android devices. */
export const ADB: Tool = {
  name: "adb",
  variable: "ADB_PATH",
  programs: ["adb"],
  places: [],
  debianPackage: "adb",
  tests: "The tests of Android devices",
};
