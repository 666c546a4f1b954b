import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { ADB_VARIABLE, type Config, HOME_VARIABLE, parseConfig } from "../origin-agent/config.ts";
import { agentCommand } from "./agent-command.ts";
import { within } from "./edge-api.ts";
import { Failure } from "./failure.ts";
import { firstOwnerCommand } from "./first-owner.ts";
import { runHouse } from "./house.ts";
import { addressFrom, startEdge } from "./local-edge.ts";

/** `npm start`: edge and agent on this machine, and a link to a live phone. */

/** New at every start: what an earlier one left behind when it was killed cannot be taken for this one's. */
const HOST_NAME = `local-${randomBytes(4).toString("hex")}`;
const DEVICE_DEADLINE_MS = 30_000;
const USAGE =
  "usage: npm start -- [--device demo[:APP] | --device android[:SERIAL]]... [--scrcpy-server FILE] [--camera SERIAL=PATH]... [--microphone SERIAL=PATH]... [--verbose]";

await runHouse(async (house) => {
  const { devices, android } = readDevices();
  const api = await startEdge(house, addressFrom(process.env));
  const token = await api.enrol(HOST_NAME);
  const config: Config = { edge: new URL(api.origin), token: { from: "environment", token }, devices, android };
  house.stand({ name: "the agent", ...agentCommand(config, "deno") });
  await within(DEVICE_DEADLINE_MS, "the agent offered no free device", house.signal, (signal) =>
    api.devicesReady(HOST_NAME, devices.length, signal),
  );
  console.log(`open ${await api.shareLink()}`);
  const owner = await firstOwnerCommand(api);
  if (owner !== undefined) console.log(`make the first owner, once, with: ${owner}`);
});

/** The devices of the command line, in the agent's own words for them. */
function readDevices(): Pick<Config, "devices" | "android"> {
  const edge = ["--edge", "http://localhost", "--token", "comes-later"];
  const parsed = parseConfig([...edge, ...readDeviceArguments()], (name) =>
    name === ADB_VARIABLE || name === HOME_VARIABLE ? process.env[name] : undefined,
  );
  if (!parsed.ok) throw new Failure(parsed.kind === "invalid" ? `${parsed.words}\n${USAGE}` : USAGE);
  return parsed.config;
}

function readDeviceArguments(): readonly string[] {
  try {
    const options = {
      device: { type: "string", multiple: true },
      "scrcpy-server": { type: "string" },
      camera: { type: "string", multiple: true },
      microphone: { type: "string", multiple: true },
      verbose: { type: "boolean" },
    } as const;
    const { device = ["demo"], "scrcpy-server": file, camera = [], microphone = [] } = parseArgs({ options }).values;
    return [
      ...device.flatMap((one) => ["--device", one]),
      ...(file === undefined ? [] : ["--scrcpy-server", file]),
      ...camera.map((one) => `--camera=${one}`),
      ...microphone.map((one) => `--microphone=${one}`),
    ];
  } catch {
    throw new Failure(USAGE);
  }
}
