import { defineConfig } from "vitest/config";

/**
 * The tests that need no workerd: rules alone ("rules"), and everything at once in a real browser ("end-to-end").
 * The objects have a config of their own, test/edge/vitest.config.ts, since they run inside workerd.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "rules",
          include: ["test/**/*.test.ts"],
          exclude: ["test/edge/**", "test/end-to-end/**"],
        },
      },
      {
        test: {
          name: "end-to-end",
          include: ["test/end-to-end/**/*.test.ts"],
          // Each file starts an edge, an agent and a browser; two at once would measure each other.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
