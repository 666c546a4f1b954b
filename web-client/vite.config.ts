import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The pages: `/`, `/s` and `/portal`, into dist/web, with everything but the HTML under names that carry a hash. */
export default defineConfig({
  root: here("."),
  publicDir: here("public"),
  build: {
    outDir: here("../dist/web"),
    emptyOutDir: true,
    target: ["chrome111", "edge111", "firefox130", "safari16.4"],
    modulePreload: { polyfill: false },
    // Nothing as a data: URL: the pages' policy loads scripts and styles from their own origin only.
    assetsInlineLimit: 0,
    rollupOptions: { input: [here("index.html"), here("s.html"), here("portal.html")] },
  },
  worker: { format: "es" },
});
