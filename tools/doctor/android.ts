import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { ADB_VARIABLE, adbAddress, consoleTokenFile, tokenIn } from "../../origin-agent/config.ts";
import { type Surveyed, serverProgram, surveyDevices } from "../../origin-agent/device/android/index.ts";
import { type Finding, missing, ok } from "./finding.ts";
import { hardwareFindings } from "./hardware.ts";

const RELEASE = "https://github.com/Genymobile/scrcpy/releases/download/v3.3.4/scrcpy-server-v3.3.4";

/** What a device can borrow without being told where. */
const HARDWARE = {
  cameras: new Map(),
  microphones: new Map(),
  consoleToken: async () => tokenIn(await readFile(consoleTokenFile(homedir()), "utf8").catch(() => "")),
};

/** What there is to drive Android devices with, and which there are. */
export async function androidFindings(serverFile: string | undefined): Promise<Finding[]> {
  const socket = process.env[ADB_VARIABLE];
  const address = adbAddress(socket);
  const { program, finding } = await server(serverFile);
  if (address === undefined) {
    return [finding, missing(`an ADB server at "${socket}"`, `set ${ADB_VARIABLE} to tcp:PORT or tcp:HOST:PORT`)];
  }
  const devices = await surveyDevices(address, program, HARDWARE);
  if (devices === undefined) {
    return [finding, missing(`an ADB server at ${address.host}:${address.port}`, "adb start-server")];
  }
  const answering = ok(`an ADB server at ${address.host}:${address.port}`);
  if (devices.length > 0)
    return [finding, answering, ...devices.flatMap((device) => [deviceFinding(device), ...hardwareFindings(device)])];
  return [finding, answering, missing("a device", "start one, or adb connect HOST:PORT (docs/android.md)")];
}

async function server(
  path: string | undefined,
): Promise<{ program?: ReturnType<typeof serverProgram>; finding: Finding }> {
  const fetch = `curl --location --output scrcpy-server-v3.3.4 ${RELEASE}`;
  if (path === undefined) {
    return { finding: missing("scrcpy-server: none was named", `${fetch}, then --scrcpy-server scrcpy-server-v3.3.4`) };
  }
  try {
    return { program: serverProgram(await readFile(path)), finding: ok(`scrcpy-server 3.3.4 in ${path}`) };
  } catch (error) {
    const why = error instanceof Error ? error.message : "it cannot be read";
    return { finding: missing(`scrcpy-server in ${path}: ${why}`, fetch) };
  }
}

const NEXT_STEP = {
  unauthorized: "confirm this host's key on the device's screen",
  offline: "connect it again, or start it anew",
} as const;

export function deviceFinding({ serial, state, model, encoders }: Surveyed): Finding {
  if (state !== "device") return missing(`${serial} is ${state}`, NEXT_STEP[state]);
  if (model === undefined)
    return missing(`${serial} does not answer`, "wait until Android has started, and look again");
  const found = encoders.length === 0 ? "" : `, encoders ${encoders.join(" ")}`;
  return ok(`${serial}: ${model}${found}`);
}
