import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

const COMMAND = join(import.meta.dirname, "support/house-of-two.ts");
const MARK = "NEARGLASS_HOUSE_TEST";
const POLL_MS = 20;

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill("SIGKILL");
});

async function run(
  what: string,
  signal?: NodeJS.Signals,
): Promise<{ code: number | null; output: string; left: number }> {
  const mark = `${process.pid}-${what}-${signal}`;
  const house = spawn(process.execPath, [COMMAND, what], { env: { ...process.env, [MARK]: mark } });
  child = house;
  let output = "";
  for (const stream of [house.stdout, house.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(house, "exit");
  if (signal !== undefined) {
    // The command itself, its program, and that one's own.
    while (!output.includes("ready") || (await countMarked(mark)) < 3) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    house.kill(signal);
  }
  const [code] = await ended;
  return { code, output, left: await countMarked(mark) };
}

/** How many processes carry this mark in their environment (proc(5)). */
async function countMarked(mark: string): Promise<number> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(ids.map((id) => readFile(`/proc/${id}/environ`, "utf8").catch(() => "")));
  return environments.filter((environment) => environment.split("\0").includes(`${MARK}=${mark}`)).length;
}

describe("a command and its programs", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends all of them, the deaf ones too, and the command with 0",
    async (signal) => {
      expect(await run("stand", signal)).toEqual({ code: 0, output: "ready\n", left: 0 });
    },
  );

  it("a program that dies ends all with 1, its words and one clear line", async () => {
    const { code, output, left } = await run("die");
    expect([code, left]).toEqual([1, 0]);
    expect(output).toMatch(/--- the second said last:\nit broke\n---\nerror: the second ended with code 7\n$/);
  });

  it("a program that is not there ends all with one clear line", async () => {
    const { code, output, left } = await run("missing");
    expect([code, left]).toEqual([1, 0]);
    expect(output).toMatch(/error: the second could not be started \(ENOENT\)\n$/);
  });

  it("work that fails ends all with what it said; work that succeeds is followed by the next", async () => {
    const { code, output, left } = await run("work");
    expect([code, left]).toEqual([1, 0]);
    expect(output).toMatch(/--- the work said last:\nbad input\n---\nerror: the work ended with code 1\n$/);
    expect(output).not.toContain("ready");
  });
});
