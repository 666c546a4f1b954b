import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The pages `/`, `/s`, `/portal` and `/embed`, and `/embed.js`, into dist/web; everything else under names that carry a hash. */
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
    rollupOptions: {
      input: {
        index: here("index.html"),
        s: here("s.html"),
        portal: here("portal.html"),
        embed: here("embed.html"),
        "embed-api": here("embed/index.ts"),
      },
      // What other people's pages load: by a name that stays, and with what it exports.
      preserveEntrySignatures: "strict",
      output: { entryFileNames: ({ name }) => (name === "embed-api" ? "embed.js" : "assets/[name]-[hash].js") },
    },
  },
  worker: { format: "es" },
});
