import type { Tool } from "./tool.ts";

/** What shows the pages to the tests. */
export const CHROMIUM: Tool = {
  name: "Chromium",
  variable: "CHROME_PATH",
  programs: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
  places: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ],
  debianPackage: "chromium",
  tests: "The tests of the page",
};
