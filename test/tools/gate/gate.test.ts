import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";

const GATE = new URL("../../../tools/gate/gate.ts", import.meta.url).href;
const TALLY = new URL("../../../tools/gate/tally.ts", import.meta.url).href;

const DEADLINE_MS = 30_000;

vi.setConfig({ testTimeout: DEADLINE_MS });

/** Run a gate of these checks, as source, in a program of its own. */
function gate(checks: string, limitMs = 60_000): { readonly code: number | null; readonly lines: readonly string[] } {
  const source = `
    const { runGate } = await import("${GATE}");
    const { PASSED } = await import("${TALLY}");
    const program = (name, source) => ({ name, command: process.execPath, args: ["-e", source] });
    const check = (name, source) => ({
      name,
      run: async (run) => ((await run(program(name, source))) === 0 ? PASSED : { passed: 0, failed: 1, skipped: 0 }),
    });
    process.exitCode = await runGate([${checks}], ${limitMs});`;
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", source], {
    cwd: root,
    encoding: "utf8",
    timeout: DEADLINE_MS,
  });
  return { code: status, lines: stdout.trim().split("\n") };
}

it("every check is run whatever fails before it, and the last line counts them all", () => {
  const { code, lines } = gate(`
    { name: "broken", run: async () => { throw new Error("it cannot be run"); } },
    check("failing", "process.exit(3)"),
    check("killed", "process.kill(process.pid, 'SIGKILL')"),
    { name: "missing", run: async (run) => ((await run({ name: "x", command: "/no/such/program", args: [] })) === 0
      ? PASSED : { passed: 0, failed: 1, skipped: 0 }) },
    check("fine", ""),`);
  expect(lines.at(-1)).toBe("1 passed, 4 failed");
  expect(code).toBe(1);
});

it("a program that takes too long has failed, even if it says 0 when it is asked to end", () => {
  const { code, lines } = gate(
    `check("quick", ""), check("endless", "process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)")`,
    2_000,
  );
  expect(lines.at(-1)).toBe("1 passed, 1 failed");
  expect(code).toBe(1);
});

it("what failed is said again at the end", () => {
  const { lines } = gate(
    `{ name: "tests", run: async () => ({ passed: 1, failed: 1, skipped: 0, failures: ["a.test.ts: a sum: 1 is not 2"] }) }`,
  );
  expect(lines.at(-4)).toMatch(/^tests: 1 passed, 1 failed/);
  expect(lines.at(-3)).toBe("  failed: a.test.ts: a sum: 1 is not 2");
});

it("a gate of nothing has failed", () => {
  const { code, lines } = gate("");
  expect(lines.at(-1)).toBe("0 passed, 0 failed");
  expect(code).toBe(1);
});
