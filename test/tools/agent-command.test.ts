import { describe, expect, it } from "vitest";
import type { Config } from "../../origin-agent/config.ts";
import { agentCommand } from "../../tools/agent-command.ts";

const CONFIG: Config = {
  edge: new URL("http://127.0.0.1:9000"),
  token: { from: "argument", token: "very.secret.token" },
  devices: [{ kind: "demo" }, { kind: "demo", startApp: "stopwatch" }],
};

describe("the agent's command", () => {
  it.each(["deno", "node"] as const)("under %s keeps the token out of the process list", (runtime) => {
    const { args, env } = agentCommand(CONFIG, runtime);
    expect(args.join(" ")).not.toContain("secret");
    expect(env).toMatchObject({ NEARGLASS_TOKEN: "very.secret.token" });
  });

  it("passes on the edge, the file of the token and every device", () => {
    const { args, env } = agentCommand({ ...CONFIG, token: { from: "file", path: "/run/token" } }, "node");
    expect(args.slice(1)).toEqual([
      ...["--edge", "http://127.0.0.1:9000", "--token-file", "/run/token"],
      ...["--device", "demo", "--device", "demo:stopwatch"],
    ]);
    expect(env).toEqual({});
  });

  it("passes on Android devices and their server, which deno may read and whose ADB server it may reach", () => {
    const config: Config = {
      ...CONFIG,
      devices: [{ kind: "android" }, { kind: "android", serial: "emulator-5554" }],
      android: {
        adb: { host: "127.0.0.1", port: 5037 },
        serverFile: "/opt/scrcpy-server",
        cameras: [{ serial: "a", path: "/run/camera", width: 640, height: 480, frameRate: 15 }],
        microphones: [{ serial: "a", path: "/run/microphone" }],
      },
    };
    const { args } = agentCommand(config, "deno");
    expect(args.slice(-2)).toEqual(["--camera=a=/run/camera,640x480@15", "--microphone=a=/run/microphone"]);
    expect(args).toContain("--allow-write=/run/camera,/run/microphone");
    expect(args.join(" ")).toContain(
      "--device android --device android:emulator-5554 --scrcpy-server /opt/scrcpy-server",
    );
    expect(args).toContain("--allow-net=127.0.0.1:9000,127.0.0.1:5037");
  });

  it("under deno never asks for everything", () => {
    const { args } = agentCommand(CONFIG, "deno");
    expect(args).toContain("--no-prompt");
    expect(args.filter((arg) => /^(-A|--allow-all|--allow-\w+)$/.test(arg))).toEqual([]);
    expect(args.some((arg) => /^--allow-(run|write)/.test(arg))).toBe(false);
  });
});
