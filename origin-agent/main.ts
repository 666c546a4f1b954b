import { type Agent, startAgent } from "./agent.ts";
import { type Config, type DeviceChoice, parseConfig, type TokenSource, tokenIn, USAGE } from "./config.ts";
import { androidDevices, serverProgram } from "./device/android/index.ts";
import { createDemoDevice } from "./device/demo/index.ts";
import type { Device, DeviceSource } from "./device/device.ts";
import { type ControlRefusal, edgeAt, systemTimers } from "./link/index.ts";
import { currentRuntime, neededPermissions, type Runtime } from "./runtime/index.ts";

/** 0 is an end that was asked for. */
const EXIT = { failed: 1, usage: 2, enrolmentRefused: 3 } as const;
/** An interrupt is obeyed by then, whatever a device is still doing. */
const STOP_DEADLINE_MS = 6_000;

const runtime = await currentRuntime();
const parsed = parseConfig(runtime.args, runtime.env);
if (parsed.ok) await run(runtime, parsed.config);
else if (parsed.kind === "help") runtime.log(USAGE);
else fail(EXIT.usage, parsed.words);

async function run({ log, ...surroundings }: Runtime, config: Config): Promise<void> {
  const token = await readToken(config.token);
  log(`nearglass origin agent on ${surroundings.name}, edge ${config.edge.origin}`);
  const permissions = surroundings.permissions(neededPermissions(config));
  if (permissions !== undefined) log(`permissions: ${permissions}`);
  if (isOpenToReaders(config.edge)) log("warning: the way to the edge is not encrypted; use an https address");
  const agent = startAgent({
    edge: edgeAt(config.edge),
    timers: systemTimers,
    token,
    devices: config.devices.flatMap(createDevice),
    sources: await androidSources(config, log),
    log,
    refused: (refusal) => void stopAfterRefusal(agent, refusal),
  });
  let stopping = false;
  surroundings.onStop(() => {
    if (stopping) return;
    stopping = true;
    log("stopping");
    void stop(agent).then(() => surroundings.exit(0));
  });
}

function createDevice(choice: DeviceChoice, index: number): Device[] {
  if (choice.kind !== "demo") return [];
  const id = `${choice.kind}-${index + 1}`;
  try {
    return [createDemoDevice(choice.startApp === undefined ? { id } : { id, startApp: choice.startApp })];
  } catch (error) {
    return fail(EXIT.usage, error instanceof Error ? error.message : "a device could not be made");
  }
}

async function androidSources({ devices, android }: Config, log: Runtime["log"]): Promise<DeviceSource[]> {
  if (android === undefined) return [];
  const chosen = devices.filter((choice) => choice.kind === "android");
  const all = chosen.some(({ serial }) => serial === undefined);
  const serials = all ? undefined : chosen.flatMap(({ serial }) => serial ?? []);
  const program = await readServer(android.serverFile);
  const hardware = {
    cameras: new Map(android.cameras?.map(({ serial, ...camera }) => [serial, camera])),
    microphones: new Map(android.microphones?.map(({ serial, path }) => [serial, path])),
    consoleToken: android.consoles && tokenReader(android.consoles.tokenFile),
  };
  return [androidDevices({ adb: android.adb, program, serials, hardware, log })];
}

/** Reads what an emulator wrote; undefined while there is no such file, or no such token in it. */
function tokenReader(path: string): () => Promise<string | undefined> {
  return async () => tokenIn(await runtime.readText(path).catch(() => ""));
}

async function readServer(path: string): Promise<ReturnType<typeof serverProgram>> {
  const bytes = await runtime
    .readBytes(path)
    .catch(() => fail(EXIT.usage, `cannot read the file ${path}: it is to be scrcpy-server-v3.3.4 of that release`));
  try {
    return serverProgram(bytes);
  } catch (error) {
    return fail(EXIT.usage, `${path}: ${error instanceof Error ? error.message : "not usable"}`);
  }
}

async function readToken(source: TokenSource): Promise<string> {
  if (source.from !== "file") return source.token;
  const text = await runtime
    .readText(source.path)
    .catch(() => fail(EXIT.usage, `cannot read the token file ${source.path}`));
  return tokenIn(text) ?? fail(EXIT.usage, `the file ${source.path} holds no token`);
}

async function stop(agent: Agent): Promise<void> {
  await Promise.race([agent.stop(), new Promise((resolve) => setTimeout(resolve, STOP_DEADLINE_MS))]);
}

async function stopAfterRefusal(agent: Agent, refusal: ControlRefusal): Promise<void> {
  await stop(agent);
  if (refusal.kind === "stopped") fail(EXIT.failed, `the edge ended the connection: ${refusal.words}`);
  fail(
    EXIT.enrolmentRefused,
    "the edge refused the enrolment token: it is not valid or has expired; enrol this host again",
  );
}

function fail(code: number, words: string): never {
  runtime.complain(`error: ${words}`);
  return runtime.exit(code);
}

/** Plain http is for one machine, where nobody can read along. */
function isOpenToReaders(edge: URL): boolean {
  return edge.protocol === "http:" && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(edge.hostname);
}
