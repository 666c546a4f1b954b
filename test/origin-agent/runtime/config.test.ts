import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../origin-agent/config.ts";

const NO_ENV = () => undefined;
const EDGE = ["--edge", "https://glass.example.com"];
const TOKEN = ["--token", "aaa.bbb-_.ccc"];
const DEVICE = ["--device", "demo"];
const ANDROID = ["--device", "android", "--scrcpy-server", "/opt/scrcpy"];

function words(...args: string[]): string {
  const parsed = parseConfig(args, NO_ENV);
  return parsed.ok || parsed.kind === "help" ? "accepted" : parsed.words;
}

describe("the agent's command line", () => {
  it("takes an edge, a token and devices in any order", () => {
    const parsed = parseConfig(["--device", "demo", ...TOKEN, "--device=demo:stopwatch", ...EDGE], NO_ENV);
    expect(parsed).toEqual({
      ok: true,
      config: {
        edge: new URL("https://glass.example.com/"),
        token: { from: "argument", token: "aaa.bbb-_.ccc" },
        devices: [{ kind: "demo" }, { kind: "demo", startApp: "stopwatch" }],
      },
    });
  });

  it("takes the token from the environment, so that it need not stand in the process list", () => {
    const parsed = parseConfig([...EDGE, ...DEVICE], (name) => (name === "NEARGLASS_TOKEN" ? "x.y.z" : undefined));
    expect(parsed).toMatchObject({ ok: true, config: { token: { from: "environment", token: "x.y.z" } } });
  });

  it("takes a file for the token, and prefers it to the environment", () => {
    const parsed = parseConfig([...EDGE, ...DEVICE, "--token-file", "/run/token"], () => "x.y.z");
    expect(parsed).toMatchObject({ ok: true, config: { token: { from: "file", path: "/run/token" } } });
  });

  it("takes Android devices, all or by their serial numbers, at the ADB server of the environment", () => {
    const android = ["--device", "android:192.168.1.5:5555", "--device", "android", "--scrcpy-server", "/opt/scrcpy"];
    expect(parseConfig([...EDGE, ...TOKEN, ...android], NO_ENV)).toMatchObject({
      ok: true,
      config: {
        devices: [{ kind: "android", serial: "192.168.1.5:5555" }, { kind: "android" }],
        android: { adb: { host: "127.0.0.1", port: 5037 }, serverFile: "/opt/scrcpy" },
      },
    });
    const at = (socket: string) =>
      parseConfig([...EDGE, ...TOKEN, ...android], (name) => (name === "ADB_SERVER_SOCKET" ? socket : undefined));
    expect(at("tcp:5038")).toMatchObject({ config: { android: { adb: { host: "127.0.0.1", port: 5038 } } } });
    expect(at("tcp:adb.example.com:5037")).toMatchObject({ config: { android: { adb: { host: "adb.example.com" } } } });
    expect(at("tcp:[::1]:5037")).toMatchObject({ config: { android: { adb: { host: "::1", port: 5037 } } } });
    expect(at("localabstract:adb")).toMatchObject({
      ok: false,
      words: "ADB_SERVER_SOCKET is tcp:PORT or tcp:HOST:PORT",
    });
    expect(at("tcp:0")).toMatchObject({ ok: false });
  });

  it("takes where Android devices read a camera, of the usual size or another, and a microphone", () => {
    const pipes = ["--camera", "emulator-5554=/run/a", "--camera=b:5555=/run/b,1280x720@30", "--microphone", "b=/m=n"];
    expect(parseConfig([...EDGE, ...TOKEN, ...ANDROID, ...pipes], NO_ENV)).toMatchObject({
      config: {
        android: {
          cameras: [
            { serial: "emulator-5554", path: "/run/a", width: 640, height: 480, frameRate: 15 },
            { serial: "b:5555", path: "/run/b", width: 1280, height: 720, frameRate: 30 },
          ],
          microphones: [{ serial: "b", path: "/m=n" }],
        },
      },
    });
  });

  it("knows the consoles of emulators on this machine: of those that are named, or of all that ADB finds by itself", () => {
    const consoles = (home: string | undefined, socket: string, ...devices: string[]) => {
      const variables = new Map([
        ["HOME", home],
        ["ADB_SERVER_SOCKET", socket],
      ]);
      const args = [...EDGE, ...TOKEN, "--scrcpy-server", "/f", ...devices.flatMap((device) => ["--device", device])];
      const parsed = parseConfig(args, (name) => variables.get(name));
      return parsed.ok ? parsed.config.android?.consoles : parsed;
    };
    const tokenFile = "/srv/a/.emulator_console_auth_token";
    const all = consoles("/srv/a", "tcp:5037", "android");
    expect(all).toMatchObject({ tokenFile });
    expect(all).toHaveProperty("ports", [
      5554,
      5556,
      5558,
      5560,
      5562,
      5564,
      5566,
      5568,
      ...[5570, 5572, 5574, 5576],
      ...[5578, 5580, 5582, 5584],
    ]);
    expect(consoles("/srv/a", "tcp:localhost:1", "android:emulator-5560")).toEqual({ ports: [5560], tokenFile });
    expect(consoles("/srv/a", "tcp:5037", "android:127.0.0.1:5555")).toBeUndefined();
    expect(consoles("/srv/a", "tcp:rack.example.com:5037", "android")).toBeUndefined();
    expect(consoles(undefined, "tcp:5037", "android")).toBeUndefined();
  });

  it("asks for help with --help, whatever else is there", () => {
    expect(parseConfig(["--nonsense", "--help"], NO_ENV)).toEqual({ ok: false, kind: "help" });
  });

  it.each([
    ["no edge", [...TOKEN, ...DEVICE], /--edge is missing/],
    ["an edge that is no address", ["--edge", "glass", ...TOKEN, ...DEVICE], /not an http or https address/],
    ["an edge of another scheme", ["--edge", "ftp://glass.example.com", ...TOKEN, ...DEVICE], /not an http or https/],
    ["an edge with a path", ["--edge", "https://glass.example.com/x", ...TOKEN, ...DEVICE], /without path/],
    [
      "an edge with a password",
      ["--edge", "https://a:b@glass.example.com", ...TOKEN, ...DEVICE],
      /without path, query or user/,
    ],
    ["no token", [...EDGE, ...DEVICE], /enrolment token is missing.*NEARGLASS_TOKEN/],
    ["two tokens", [...EDGE, ...DEVICE, ...TOKEN, "--token-file", "f"], /not both/],
    ["a token twice", [...EDGE, ...DEVICE, ...TOKEN, ...TOKEN], /--token may be given once/],
    ["no device", [...EDGE, ...TOKEN], /--device is missing/],
    ["an unknown device", [...EDGE, ...TOKEN, "--device", "toaster"], /--device is demo/],
    ["Android without its server", [...EDGE, ...TOKEN, "--device", "android"], /--scrcpy-server is missing/],
    ["a camera without Android", [...EDGE, ...TOKEN, ...DEVICE, "--camera", "a=b"], /--camera is for --device android/],
    ["a camera of nothing", [...EDGE, ...TOKEN, ...ANDROID, "--camera", "a"], /--camera is SERIAL=PATH/],
    ["a camera of an odd size", [...EDGE, ...TOKEN, ...ANDROID, "--camera", "a=/f,641x480@15"], /has even sides/],
    ["a camera that never shows", [...EDGE, ...TOKEN, ...ANDROID, "--camera", "a=/f,640x480@0"], /pictures a second/],
    ["a microphone with a comma", [...EDGE, ...TOKEN, ...ANDROID, "--microphone", "a=/f,g"], /without a comma/],
    ["two cameras of one device", [...EDGE, ...TOKEN, ...ANDROID, "--camera=a=/f", "--camera=a=/g"], /has one camera/],
    ["a server without Android", [...EDGE, ...TOKEN, ...DEVICE, "--scrcpy-server", "f"], /is for --device android/],
    ["an unknown option", [...EDGE, "--verbos"], /unknown option --verbos/],
    ["an option without its value", ["--edge", "--token", "x"], /--edge needs a value/],
    ["a stray word", ["demo"], /unexpected argument/],
  ])("refuses %s in one line", (_, args, reason) => {
    expect(words(...args)).toMatch(reason);
    expect(words(...args)).not.toContain("\n");
  });

  it("repeats no secret in a refusal", () => {
    expect(words(...EDGE, ...DEVICE, "--token", "se cret!")).toMatch(/characters that no token has/);
    expect(words(...EDGE, ...DEVICE, "--token", "se cret!")).not.toContain("se cret");
    expect(words("https://user:se-cret@host")).not.toContain("se-cret");
  });
});
