import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../architecture/tree.ts";
import { exported } from "../audit/exported.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nearglass-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(ROOT, "tools", "audit-verify.ts"), ...args],
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("npm run audit:verify", () => {
  it("finds nothing in an export as it was written, and says how far it is signed", async () => {
    const { lines, jwk } = await exported(12);
    const log = await file("log.ndjson", `${lines.join("\n")}\n`);
    const { kty, crv, x } = jwk;
    const keys = await file("keys.json", JSON.stringify({ keys: [{ kty, crv, x, kid: "k1" }] }));
    expect(await run(log, "--keys", keys)).toEqual({
      code: 0,
      output: "12 events, 1 to 12; 2 checkpoints\nsigned up to event 12\n",
    });
    const unsigned = await run(log);
    expect(unsigned.code).toBe(0);
    expect(unsigned.output).toContain("no signature was checked");
  });

  it("says of one that begins later whether the log tells why", async () => {
    const { lines } = await exported(12, (event, sequence) =>
      sequence === 12 ? { action: "audit.dropped", actor: "edge", detail: { through: 4 } } : event,
    );
    const told = await run(await file("log.ndjson", lines.slice(4).join("\n")));
    expect([told.code, told.output]).toEqual([
      0,
      expect.stringContaining("events before 5 were dropped, as the log says"),
    ]);
    const untold = await run(await file("cut.ndjson", lines.slice(5).join("\n")));
    expect(untold.output).toContain("events before 6 are not in it, and no event says that they were dropped");
  });

  it("names the line that is missing, and fails", async () => {
    const { lines } = await exported(12);
    const log = await file("log.ndjson", lines.toSpliced(4, 1).join("\n"));
    const { code, output } = await run(log);
    expect(code).toBe(1);
    expect(output).toContain("line 5: missing: event 5 is missing\n");
  });

  it("says how it is used, and what it could not read", async () => {
    for (const args of [[], ["a", "b"], ["--unknown"]]) {
      const { code, output } = await run(...args);
      expect([code, output.split("\n")[0]]).toEqual([2, "usage: npm run audit:verify -- FILE [--keys KEYS]"]);
    }
    expect((await run(join(folder, "nothing"))).code).toBe(2);
    const log = await file("empty.ndjson", "");
    expect(await run(log)).toMatchObject({ code: 1 });
    expect((await run(log, "--keys", await file("keys.json", "{}"))).code).toBe(2);
  });
});
