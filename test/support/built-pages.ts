import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { build } from "vite";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** The pages as vite builds them, served as the platform's static assets would be: `_headers` and all. */
export class BuiltPages {
  readonly #folder: string;
  readonly #rules: readonly HeaderRule[];

  private constructor(folder: string, rules: readonly HeaderRule[]) {
    this.#folder = folder;
    this.#rules = rules;
  }

  static async build(): Promise<BuiltPages> {
    const folder = await mkdtemp(join(tmpdir(), "nearglass-pages-"));
    const configFile = new URL("../../web-client/vite.config.ts", import.meta.url).pathname;
    await build({ configFile, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
    return new BuiltPages(folder, parseHeaders(await readFile(join(folder, "_headers"), "utf8")));
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = pathname === "/" ? "/index.html" : extname(pathname) === "" ? `${pathname}.html` : pathname;
    const body = await readFile(join(this.#folder, normalize(path))).catch(() => undefined);
    for (const rule of this.#rules) {
      if (!rule.matches(pathname)) continue;
      for (const [name, value] of rule.headers) response.setHeader(name, value);
    }
    // Not over plain http, and a browser that remembered it would not come back.
    response.removeHeader("Strict-Transport-Security");
    response.setHeader("Content-Type", TYPES[extname(path)] ?? "application/octet-stream");
    response.writeHead(body === undefined ? 404 : 200).end(body);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface HeaderRule {
  matches(path: string): boolean;
  readonly headers: readonly (readonly [string, string])[];
}

/** A path, with `*` for anything, and indented below it a header a line. */
function parseHeaders(text: string): HeaderRule[] {
  return text.split(/\n(?=\S)/).map((block) => {
    const [pattern = "", ...lines] = block.split("\n").filter((line) => line.trim() !== "");
    const shape = new RegExp(`^${pattern.split("*").map(RegExp.escape).join(".*")}$`);
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    });
    return { matches: (path) => shape.test(path), headers };
  });
}
