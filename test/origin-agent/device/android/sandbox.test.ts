import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { denoFlags, neededPermissions } from "../../../../origin-agent/runtime/permissions.ts";
import { denoProgram } from "../../../../tools/agent-command.ts";
import { Rig } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

it("an Android device is driven in the sandbox with no more permissions than the agent's list", async () => {
  const phone = await rig.phone();
  await rig.adb.connect(phone.serial);
  const permissions = neededPermissions({
    edge: new URL("https://glass.example.com"),
    token: { from: "environment", token: "t" },
    android: { adb: { host: "127.0.0.1", port: rig.adb.port }, serverFile: "/opt/scrcpy-server" },
  });
  const [command, ...before] = denoProgram();
  const program = join(import.meta.dirname, "one-picture.ts");
  const args = [...before, "run", "--quiet", "--no-lock", "--no-remote", ...denoFlags(permissions), program];
  const child = spawn(command, [...args, String(rig.adb.port)], { env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const [code] = await once(child, "exit");
  expect(output).toMatch(/display 720x1280\npicture, keyframe true\n/);
  expect(code).toBe(0);
}, 60_000);
