import { describe, expect, it } from "vitest";
import { denoFlags, neededPermissions } from "../../../origin-agent/runtime/permissions.ts";

function flags(edge: string, tokenFile?: string): readonly string[] {
  const token =
    tokenFile === undefined
      ? ({ from: "environment", token: "t" } as const)
      : ({ from: "file", path: tokenFile } as const);
  return denoFlags(neededPermissions({ edge: new URL(edge), token, android: undefined }));
}

describe("the agent's permissions", () => {
  it("reach the edge's host and port alone", () => {
    expect(flags("https://glass.example.com")).toContain("--allow-net=glass.example.com:443");
    expect(flags("http://127.0.0.1:8787")).toContain("--allow-net=127.0.0.1:8787");
    expect(flags("http://[::1]:8787")).toContain("--allow-net=[::1]:8787");
  });

  it("name what they allow, one by one: no permission is given whole", () => {
    const allowed = flags("https://glass.example.com").filter((flag) => flag.startsWith("--allow"));
    expect(allowed.every((flag) => /^--allow-(net|env|read|sys|ffi)=\S+$/.test(flag))).toBe(true);
    expect(allowed.some((flag) => /=(\/|\.)(,|$)/.test(flag))).toBe(false);
  });

  it("read one file more when the token is in it", () => {
    const read = (list: readonly string[]) => list.find((flag) => flag.startsWith("--allow-read="));
    expect(read(flags("https://glass.example.com", "/run/token"))).toBe(
      `${read(flags("https://glass.example.com"))},/run/token`,
    );
  });

  it("reach the ADB server and read the server's file when there are Android devices", () => {
    const android = { adb: { host: "127.0.0.1", port: 5037 }, serverFile: "/opt/scrcpy-server" };
    const token = { from: "environment", token: "t" } as const;
    const given = denoFlags(neededPermissions({ edge: new URL("https://glass.example.com"), token, android }));
    expect(given).toContain("--allow-net=glass.example.com:443,127.0.0.1:5037");
    expect(given).toContain("--allow-read=/usr/bin/ldd,/opt/scrcpy-server");
    expect(given.some((flag) => flag.startsWith("--allow-write"))).toBe(false);
    const camera = { serial: "a", path: "/run/camera", width: 640, height: 480, frameRate: 15 };
    const lending = { ...android, cameras: [camera], microphones: [{ serial: "a", path: "/run/microphone" }] };
    expect(
      denoFlags(neededPermissions({ edge: new URL("https://glass.example.com"), token, android: lending })),
    ).toContain("--allow-write=/run/camera,/run/microphone");
    const consoles = { ports: [5554, 5556], tokenFile: "/srv/a/.emulator_console_auth_token" };
    const emulating = denoFlags(
      neededPermissions({ edge: new URL("https://glass.example.com"), token, android: { ...android, consoles } }),
    );
    expect(emulating).toContain("--allow-net=glass.example.com:443,127.0.0.1:5037,127.0.0.1:5554,127.0.0.1:5556");
    expect(emulating).toContain("--allow-read=/usr/bin/ldd,/opt/scrcpy-server,/srv/a/.emulator_console_auth_token");
  });
});
