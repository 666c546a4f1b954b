import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Random } from "../../test/support/random.ts";
import type { Way } from "./way.ts";

/** Why networks cannot be emulated here; undefined when they can. */
export function whyNoWays(): string | undefined {
  if (process.platform !== "linux") return "networks are emulated on Linux only";
  if (process.getuid?.() !== 0) return "emulating networks takes root";
  return existsSync("/dev/net/tun") ? undefined : "there is no /dev/net/tun";
}

let opened = 0;
const DEADLINE_MS = 10_000;

/** A link of its own, into a network namespace of its own. */
export async function openWay(seed: number): Promise<Way> {
  const id = opened++;
  const [space, near, far] = [`ngb${process.pid}x${id}`, `ngn${process.pid % 10_000}x${id}`, `ngf${process.pid % 10_000}x${id}`];
  const [host, guest] = [`10.77.${id % 250}.1`, `10.77.${id % 250}.2`];
  const link = spawn(
    fileURLToPath(new URL("../../node_modules/.bin/deno", import.meta.url)),
    ["run", "--quiet", "--allow-ffi", "--no-check", fileURLToPath(new URL("tun-link.ts", import.meta.url)), near, far, String(seed)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const answers: ((line: string) => void)[] = [];
  createInterface(link.stdout).on("line", (line) => answers.shift()?.(line));
  const answer = () =>
    new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("the emulated link does not answer")), DEADLINE_MS);
      answers.push((line) => {
        clearTimeout(late);
        resolve(line);
      });
    });
  await answer();
  const ip = (...words: string[]) => execFileSync("ip", words);
  ip("netns", "add", space);
  ip("link", "set", far, "netns", space);
  ip("addr", "add", `${host}/30`, "dev", near);
  ip("link", "set", near, "up");
  ip("-n", space, "addr", "add", `${guest}/30`, "dev", far);
  ip("-n", space, "link", "set", "lo", "up");
  ip("-n", space, "link", "set", far, "up");
  ip("-n", space, "route", "add", "default", "via", host);
  return {
    within: ["ip", "netns", "exec", space],
    host,
    set: async (conditions) => {
      link.stdin.write(`${JSON.stringify(conditions)}\n`);
      await answer();
    },
    close: async () => {
      link.stdin.end();
      link.kill();
      ip("netns", "del", space);
    },
  };
}

/** The moments at which packets pass: of a mahimahi file, or of a seeded model of a phone on the move. */
export function traceOf(seed: number, file?: string): readonly number[] {
  if (file !== undefined) return readFileSync(file, "utf8").trim().split("\n").map(Number);
  const random = new Random(seed);
  const moments: number[] = [];
  let [rate, outageUntil, credit] = [4, 0, 0];
  for (let ms = 0; ms < 120_000; ms += 1) {
    if (ms % 100 === 0) {
      rate = Math.min(12, Math.max(0.3, rate * Math.exp((random.next() - 0.5) * 0.7)));
      if (random.chance(0.012)) outageUntil = ms + random.int(200, 1_800);
    }
    if (ms < outageUntil) continue;
    credit += (rate * 1_000) / 8 / 1504;
    for (; credit >= 1; credit -= 1) moments.push(ms);
  }
  return moments;
}
