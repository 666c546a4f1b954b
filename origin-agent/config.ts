/** What the command line asks for. */
export interface Config {
  /** Address of the edge; its origin alone. */
  readonly edge: URL;
  readonly token: TokenSource;
  readonly devices: readonly DeviceChoice[];
  readonly android?: AndroidConfig | undefined;
}

/** What all Android devices have in common. */
export interface AndroidConfig {
  /** Where the ADB server listens. */
  readonly adb: { readonly host: string; readonly port: number };
  /** Path of the server that is pushed. */
  readonly serverFile: string;
  /** Where devices read a lent camera; sides are even. */
  readonly cameras?: readonly CameraChoice[] | undefined;
  /** Where they read a lent microphone. */
  readonly microphones?: readonly PipeChoice[] | undefined;
  /** Consoles of emulators; undefined where the ADB server, and so the emulators, are on another machine. */
  readonly consoles?: EmulatorConsoles | undefined;
}

/** On the loopback. */
export interface EmulatorConsoles {
  readonly ports: readonly number[];
  readonly tokenFile: string;
}

/** A FIFO, or a character device, for one device. */
export interface PipeChoice {
  readonly serial: string;
  readonly path: string;
}

export interface CameraChoice extends PipeChoice {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}

export type TokenSource =
  | { readonly from: "argument" | "environment"; readonly token: string }
  | { readonly from: "file"; readonly path: string };

/** A kind of device, and what it starts with. */
export type DeviceChoice =
  | { readonly kind: "demo"; readonly startApp?: string }
  /** Without a serial number all that are found. */
  | { readonly kind: "android"; readonly serial?: string };

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly kind: "help" }
  | { readonly ok: false; readonly kind: "invalid"; readonly words: string };

export const TOKEN_VARIABLE = "NEARGLASS_TOKEN";
/** adb's own. */
export const ADB_VARIABLE = "ADB_SERVER_SOCKET";
/** Where emulators put the token of their consoles. */
export const HOME_VARIABLE = "HOME";

export const USAGE = `usage: agent --edge URL (--token TOKEN | --token-file FILE) --device DEVICE [--device DEVICE ...]
             [--scrcpy-server FILE] [--camera SERIAL=PATH ...] [--microphone SERIAL=PATH ...]

  --edge URL         address of the edge, such as https://glass.example.com
  --token TOKEN      enrolment token of this host; other users of the machine can read it in the process list
  --token-file FILE  a file that holds the token
                     (without either, the environment variable ${TOKEN_VARIABLE} is read)
  --device demo      offer the built-in demo phone; demo:stopwatch starts in that app; may be repeated
  --device android   offer every Android device that adb finds; android:SERIAL that one alone; may be repeated
                     (${ADB_VARIABLE} says where the ADB server is, such as tcp:127.0.0.1:5037)
  --scrcpy-server FILE  the server that is started in Android devices: scrcpy-server of release 3.3.4
  --camera SERIAL=PATH[,WIDTHxHEIGHT@RATE]
                     where an Android device reads its camera: a FIFO or v4l2loopback, which is given raw yuv420p of 640x480@15
                     or as said; may be repeated
  --microphone SERIAL=PATH  where it reads its microphone: a FIFO, which is given s16le of 48 kHz; may be repeated
  --help             show this`;

/** Characters of a token: base64url and the dots of a JWT. */
const TOKEN = /^[\w.-]{1,4096}$/;
const DEMO = /^demo(?::([\w.-]{1,64}))?$/;
const ANDROID = /^android(?::([\x21-\x7e]{1,128}))?$/;
const MAX_DEVICES = 32;
const ADB_SOCKET = /^tcp:(?:(\[[0-9a-f:.]+\]|[\w.-]+):)?(\d{1,5})$/i;
const DEFAULT_ADB_SOCKET = "tcp:127.0.0.1:5037";
/** A serial number has no `=`, and the path no comma: the sandbox could not be told of it. */
const PIPE = /^([\x21-\x3c\x3e-\x7e]{1,128})=([^\0,]{1,4096})(?:,(.*))?$/;
const CAMERA_SIZE = /^(\d{2,4})x(\d{2,4})@(\d{1,2})$/;
const DEFAULT_CAMERA = { width: 640, height: 480, frameRate: 15 } as const;
const CAMERA_SIDE = { least: 16, most: 1920 } as const;
const MAX_CAMERA_RATE = 60;
const OPTIONS = [
  "--edge",
  "--token",
  "--token-file",
  "--device",
  "--scrcpy-server",
  "--camera",
  "--microphone",
] as const;
type Option = (typeof OPTIONS)[number];

class Invalid extends Error {}

/** Read the command line. Never throws; the words of a refusal fit one line and repeat no secret. */
export function parseConfig(args: readonly string[], env: (name: string) => string | undefined): ParsedConfig {
  if (args.includes("--help") || args.includes("-h")) return { ok: false, kind: "help" };
  try {
    const given = readOptions(args);
    const devices = readDevices(given.get("--device") ?? []);
    return {
      ok: true,
      config: {
        edge: readEdge(one(given, "--edge")),
        token: readTokenSource(one(given, "--token"), one(given, "--token-file"), env(TOKEN_VARIABLE)),
        devices,
        android: readAndroid(devices, given, env),
      },
    };
  } catch (error) {
    if (error instanceof Invalid) return { ok: false, kind: "invalid", words: error.message };
    throw error;
  }
}

/** The token in a text of one line. @returns undefined when it is none */
export function tokenIn(text: string): string | undefined {
  const token = text.trim();
  return TOKEN.test(token) ? token : undefined;
}

function readOptions(args: readonly string[]): Map<Option, string[]> {
  const given = new Map<Option, string[]>();
  for (let index = 0; index < args.length; index += 1) {
    const [name, inline] = split(args[index] ?? "");
    const option = OPTIONS.find((known) => known === name);
    if (option === undefined)
      throw new Invalid(
        name.startsWith("--") ? `unknown option ${name}; try --help` : "unexpected argument; try --help",
      );
    if (inline === undefined) index += 1;
    const value = inline ?? args[index];
    if (value === undefined || value === "" || value.startsWith("--")) throw new Invalid(`${option} needs a value`);
    given.set(option, [...(given.get(option) ?? []), value]);
  }
  return given;
}

/** `--name=value` in two. */
function split(argument: string): [name: string, value: string | undefined] {
  const equals = argument.startsWith("--") ? argument.indexOf("=") : -1;
  return equals < 0 ? [argument, undefined] : [argument.slice(0, equals), argument.slice(equals + 1)];
}

function one(given: ReadonlyMap<Option, readonly string[]>, option: Option): string | undefined {
  const values = given.get(option) ?? [];
  if (values.length > 1) throw new Invalid(`${option} may be given once`);
  return values[0];
}

function readEdge(text: string | undefined): URL {
  if (text === undefined)
    throw new Invalid("--edge is missing: the address of the edge, such as https://glass.example.com");
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new Invalid("--edge is not an http or https address");
  }
  const bare =
    url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (!bare) throw new Invalid("--edge is an address without path, query or user, such as https://glass.example.com");
  return url;
}

function readTokenSource(
  argument: string | undefined,
  file: string | undefined,
  variable: string | undefined,
): TokenSource {
  if (argument !== undefined && file !== undefined) throw new Invalid("give --token or --token-file, not both");
  if (file !== undefined) return { from: "file", path: file };
  const text = argument ?? variable;
  if (text === undefined || text === "") {
    throw new Invalid(`the enrolment token is missing: give --token-file, or --token, or set ${TOKEN_VARIABLE}`);
  }
  const token = tokenIn(text);
  if (token === undefined) throw new Invalid("the enrolment token has characters that no token has");
  return { from: argument === undefined ? "environment" : "argument", token };
}

function readDevices(texts: readonly string[]): DeviceChoice[] {
  if (texts.length === 0) throw new Invalid("--device is missing, such as --device demo");
  if (texts.length > MAX_DEVICES) throw new Invalid(`at most ${MAX_DEVICES} devices`);
  return texts.map(readDevice);
}

function readDevice(text: string): DeviceChoice {
  const demo = DEMO.exec(text);
  if (demo !== null) return demo[1] === undefined ? { kind: "demo" } : { kind: "demo", startApp: demo[1] };
  const android = ANDROID.exec(text);
  if (android !== null) return android[1] === undefined ? { kind: "android" } : { kind: "android", serial: android[1] };
  throw new Invalid("--device is demo, or demo:APP with the name of an app; or android, or android:SERIAL");
}

function readAndroid(
  devices: readonly DeviceChoice[],
  given: ReadonlyMap<Option, readonly string[]>,
  env: (name: string) => string | undefined,
): AndroidConfig | undefined {
  if (!devices.some(({ kind }) => kind === "android")) {
    const idle = (["--scrcpy-server", "--camera", "--microphone"] as const).find((option) => given.has(option));
    if (idle !== undefined) throw new Invalid(`${idle} is for --device android`);
    return undefined;
  }
  const serverFile = one(given, "--scrcpy-server");
  if (serverFile === undefined) {
    throw new Invalid("--scrcpy-server is missing: the file scrcpy-server-v3.3.4 of that release of scrcpy");
  }
  const adb = adbAddress(env(ADB_VARIABLE));
  if (adb === undefined) throw new Invalid(`${ADB_VARIABLE} is tcp:PORT or tcp:HOST:PORT`);
  const cameras = given.get("--camera")?.map(readCamera);
  const microphones = given.get("--microphone")?.map(readMicrophone);
  for (const choices of [cameras, microphones])
    if (new Set(choices?.map(({ serial }) => serial)).size < (choices?.length ?? 0))
      throw new Invalid("a device has one camera and one microphone");
  return { adb, serverFile, cameras, microphones, consoles: emulatorConsoles(adb, devices, env(HOME_VARIABLE)) };
}

/** Emulators that ADB finds by itself have these ports; one that is named may have another. */
const CONSOLE_PORTS = Array.from({ length: 16 }, (_, index) => 5554 + 2 * index);
const EMULATOR = /^emulator-(\d{4,5})$/;

function emulatorConsoles(
  adb: AndroidConfig["adb"],
  devices: readonly DeviceChoice[],
  home: string | undefined,
): EmulatorConsoles | undefined {
  if (!isLoopback(adb.host) || home === undefined || home === "") return undefined;
  const serials = devices.flatMap((choice) => (choice.kind === "android" ? [choice.serial] : []));
  const ports = serials.flatMap((serial) =>
    serial === undefined
      ? CONSOLE_PORTS
      : [Number(EMULATOR.exec(serial)?.[1])].filter((port) => port > 0 && port <= 0xffff),
  );
  if (ports.length === 0) return undefined;
  return { ports: [...new Set(ports)], tokenFile: consoleTokenFile(home) };
}

/** Where the first emulator that a person starts puts the token of all. */
export function consoleTokenFile(home: string): string {
  return `${home}/.emulator_console_auth_token`;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** `SERIAL=PATH`, and what stands behind a comma. @returns undefined for any other */
export function pipeIn(text: string): (PipeChoice & { readonly more: string | undefined }) | undefined {
  const [, serial, path, more] = PIPE.exec(text) ?? [];
  return serial === undefined || path === undefined ? undefined : { serial, path, more };
}

function readMicrophone(text: string): PipeChoice {
  const pipe = pipeIn(text);
  if (pipe === undefined || pipe.more !== undefined) {
    throw new Invalid("--microphone is SERIAL=PATH, without a comma in the path");
  }
  return { serial: pipe.serial, path: pipe.path };
}

function readCamera(text: string): CameraChoice {
  const pipe = pipeIn(text);
  const size = CAMERA_SIZE.exec(pipe?.more ?? "");
  if (pipe === undefined || (pipe.more !== undefined && size === null)) {
    throw new Invalid("--camera is SERIAL=PATH or SERIAL=PATH,WIDTHxHEIGHT@RATE, without a comma in the path");
  }
  const { serial, path } = pipe;
  if (size === null) return { serial, path, ...DEFAULT_CAMERA };
  const [width, height, frameRate] = [Number(size[1]), Number(size[2]), Number(size[3])];
  const { least, most } = CAMERA_SIDE;
  const fits = [width, height].every((side) => side >= least && side <= most && side % 2 === 0);
  if (!fits || frameRate < 1 || frameRate > MAX_CAMERA_RATE)
    throw new Invalid(`a camera has even sides of ${least} to ${most}, and 1 to ${MAX_CAMERA_RATE} pictures a second`);
  return { serial, path, width, height, frameRate };
}

/**
 * Where the ADB server is, by the value of its variable: the two forms that adb itself reads and that can be reached from here.
 * @returns undefined for any other
 */
export function adbAddress(socket: string | undefined): AndroidConfig["adb"] | undefined {
  const match = ADB_SOCKET.exec(socket || DEFAULT_ADB_SOCKET);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 0xffff) return undefined;
  return { host: match[1]?.replace(/^\[|\]$/g, "") ?? "127.0.0.1", port };
}
