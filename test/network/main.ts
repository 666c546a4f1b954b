import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { DirectionProfile } from "./direction.ts";
import { congestionControl, Link, whyNoLinks } from "./link.ts";
import { parseTrace } from "./mahimahi.ts";

/**
 * Runs a command at the near end of an emulated link, and prints what the link dropped. As root, on Linux:
 *
 *   node test/network/main.ts --delay-ms 40 --rate-mbit 2 --loss 0.01 -- curl http://FAR:8787/
 *
 * `FAR` in the command becomes the address of this machine on the link. Options hold for both directions; `--trace FILE`
 * is a trace of mahimahi for the way down.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "delay-ms": { type: "string" },
    "jitter-ms": { type: "string" },
    "rate-mbit": { type: "string" },
    loss: { type: "string" },
    "queue-bytes": { type: "string" },
    trace: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});

const why = whyNoLinks();
if (why !== undefined || positionals.length === 0) {
  console.error(why === undefined ? "what is to run at the near end?" : `no link can be emulated: ${why}`);
  process.exit(2);
}

const profile: DirectionProfile = {
  ...number("delayMs", values["delay-ms"]),
  ...number("jitterMs", values["jitter-ms"]),
  ...number("rateMbit", values["rate-mbit"]),
  ...number("loss", values.loss),
  ...number("queueBytes", values["queue-bytes"]),
};
const trace = values.trace === undefined ? {} : { trace: parseTrace(readFileSync(values.trace, "utf8")) };
const link = await Link.open({ down: { ...profile, ...trace }, up: profile }, Number(values.seed));
try {
  const [command = "", ...args] = [...link.atNearEnd, ...positionals.map((word) => word.replaceAll("FAR", link.far))];
  const [code] = await once(spawn(command, args, { stdio: "inherit" }), "exit");
  console.error(JSON.stringify({ congestionControl: congestionControl(), ...(await link.report()) }, undefined, 2));
  process.exitCode = typeof code === "number" ? code : 1;
} finally {
  await link.close();
}

function number<Name extends keyof DirectionProfile>(name: Name, text: string | undefined): { [key in Name]?: number } {
  if (text === undefined) return {};
  const value = Number(text);
  if (!(value >= 0)) throw new Error(`${name} is a number from 0 on`);
  // Safe: the one key is the name.
  return { [name]: value } as { [key in Name]: number };
}
