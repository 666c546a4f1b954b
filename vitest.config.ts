import { defineConfig } from "vitest/config";

/** What stands directly in this folder looks at a page in Chromium; the rooms below it are rules. */
const IN_BROWSER = "test/web-client/*.test.ts";
const END_TO_END = "test/end-to-end/**/*.test.ts";
/** What goes through a real ADB server. */
const ANDROID = "test/android-device/**/*.test.ts";

/**
 * The tests that need no workerd: of rules and programs, of Android devices, of the client in a browser, and of everything at once. The
 * objects have a config of their own, test/edge/vitest.config.ts, since they run inside workerd.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "rules",
          include: ["test/**/*.test.ts"],
          exclude: ["test/edge/**", ANDROID, IN_BROWSER, END_TO_END],
          // Hundreds of pictures are encoded and decoded: seconds on a free machine, and many on a busy one.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "android",
          include: [ANDROID],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "browser",
          include: [IN_BROWSER],
          // Two browsers at once would wait for each other on a small machine.
          fileParallelism: false,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "end-to-end",
          include: [END_TO_END],
          // Each file starts an edge, an agent and a browser; two at once would measure each other.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
