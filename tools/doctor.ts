import { parseArgs } from "node:util";
import { androidFindings } from "./doctor/android.ts";
import { wordsOf } from "./doctor/finding.ts";
import { pipeFinding } from "./doctor/hardware.ts";
import { hostFindings } from "./doctor/host.ts";

/** `npm run doctor`: what this host can offer, and for each thing that is missing the one step that mends it. */

const USAGE = "usage: npm run doctor -- [--scrcpy-server FILE] [--camera SERIAL=PATH]... [--microphone SERIAL=PATH]...";

async function main(): Promise<void> {
  const { "scrcpy-server": file, camera = [], microphone = [] } = readArguments();
  const host = await hostFindings();
  const pipes = await Promise.all([
    ...camera.map((argument) => pipeFinding("camera", argument)),
    ...microphone.map((argument) => pipeFinding("microphone", argument)),
  ]);
  const android = [...(await androidFindings(file)), ...pipes];
  console.log(["This machine:", ...host.map(wordsOf), "Android devices:", ...android.map(wordsOf)].join("\n"));
  const gaps = [...host, ...android].filter(({ state }) => state === "missing").length;
  console.log(gaps === 0 ? "\nAll is there." : `\n${gaps} missing. The demo phone needs none of it: npm start`);
  process.exit(gaps === 0 ? 0 : 1);
}

function readArguments() {
  const options = {
    "scrcpy-server": { type: "string" },
    camera: { type: "string", multiple: true },
    microphone: { type: "string", multiple: true },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch {
    console.error(USAGE);
    process.exit(2);
  }
}

await main();
