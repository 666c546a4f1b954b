import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, test } from "vitest";

const LIMIT_BYTES = 60_000;

test("the SDK with its worker and worklet, protocol and all, stays under 60 kB gzipped", {
  timeout: 30_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "nearglass-sdk-"));
  try {
    const configFile = new URL("../../web-client/vite.sdk.config.ts", import.meta.url).pathname;
    await build({ configFile, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".js"));
    expect(files).toContain("nearglass.js");
    const sizes = await Promise.all(files.map(async (name) => gzipSync(await readFile(join(folder, name))).byteLength));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`SDK: ${total} bytes gzipped (${files.map((name, at) => `${name} ${sizes[at]}`).join(", ")})`);
    expect(total).toBeGreaterThan(5_000);
    expect(total).toBeLessThan(LIMIT_BYTES);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
