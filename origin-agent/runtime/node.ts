import { readFile } from "node:fs/promises";
import process from "node:process";
import type { Runtime } from "./runtime.ts";

export const runtime: Runtime = {
  name: `node ${process.versions.node}`,
  args: process.argv.slice(2),
  env: (name) => process.env[name],
  readText: (path) => readFile(path, "utf8"),
  readBytes: (path) => readFile(path),
  onStop: (stop) => {
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  },
  exit: (code) => process.exit(code),
  log: (line) => console.log(line),
  complain: (line) => console.error(line),
  permissions: () => undefined,
};
