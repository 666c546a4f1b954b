import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The SDK as ES modules for other people's pages, into dist/sdk: `nearglass.js`, `nearglass-view.js` with the
 * element, `nearglass-link.js` that narrows links, and beside them the worker and the worklet, which a strict policy allows where a blob: would not pass.
 */
export default defineConfig({
  root: here("."),
  publicDir: false,
  base: "./",
  build: {
    outDir: here("../dist/sdk"),
    emptyOutDir: true,
    target: ["chrome111", "edge111", "firefox130", "safari16.4"],
    assetsInlineLimit: 0,
    lib: {
      entry: {
        nearglass: here("sdk/index.ts"),
        "nearglass-view": here("element.ts"),
        "nearglass-link": here("sdk/narrow.ts"),
      },
      formats: ["es"],
    },
    minify: true,
  },
  worker: { format: "es" },
});
