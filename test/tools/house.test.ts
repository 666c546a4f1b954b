import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type MarkedCommand, startMarked } from "./support/marked-command.ts";

const COMMAND = join(import.meta.dirname, "support/house-of-two.ts");
const POLL_MS = 20;

let command: MarkedCommand | undefined;

afterEach(() => {
  command?.child.kill("SIGKILL");
});

function start(what: string): MarkedCommand {
  command = startMarked([COMMAND, what]);
  return command;
}

describe("a command and its programs", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends all of them, the deaf ones too, and the command with 0",
    async (signal) => {
      const house = start("stand");
      // The command itself, its program, and that one's own.
      while (!house.output().includes("ready") || (await house.alive()) < 3) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      house.child.kill(signal);
      expect([await house.ended, house.output(), await house.alive()]).toEqual([0, "ready\n", 0]);
    },
  );

  it.each([
    ["a program that dies", "die", /--- the second said last:\nit broke\n---\nerror: the second ended with code 7\n$/],
    ["a program that is not there", "missing", /error: the second could not be started \(ENOENT\)\n$/],
    ["work that fails", "work", /--- the work said last:\nbad input\n---\nerror: the work ended with code 1\n$/],
  ])("%s ends all with 1, its words and one clear line", async (_, what, words) => {
    const house = start(what);
    expect([await house.ended, await house.alive()]).toEqual([1, 0]);
    expect(house.output()).toMatch(words);
  });
});
