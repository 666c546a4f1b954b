import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AndroidConfig } from "../../../../origin-agent/config.ts";
import { denoFlags, neededPermissions } from "../../../../origin-agent/runtime/permissions.ts";
import { denoProgram } from "../../../../tools/agent-command.ts";
import { EmulatorConsole } from "../../../support/emulator-console.ts";
import { Fifo } from "../../../support/fifo.ts";
import { until } from "../../../support/until.ts";
import { Rig } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

/** Run a program of this folder with what the agent is permitted, and no more. */
function inSandbox(file: string, more: Partial<AndroidConfig>, ...args: readonly string[]): ChildProcess {
  const permissions = neededPermissions({
    edge: new URL("https://glass.example.com"),
    token: { from: "environment", token: "t" },
    android: { adb: { host: "127.0.0.1", port: rig.adb.port }, serverFile: "/opt/scrcpy-server", ...more },
  });
  const [command, ...before] = denoProgram();
  const flags = [...before, "run", "--quiet", "--no-lock", "--no-remote", ...denoFlags(permissions)];
  const program = join(import.meta.dirname, file);
  return spawn(command, [...flags, program, String(rig.adb.port), ...args], {
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" },
  });
}

it("an Android device is driven in the sandbox with no more permissions than the agent's list", async () => {
  const phone = await rig.phone();
  await rig.adb.connect(phone.serial);
  const child = inSandbox("one-picture.ts", {});
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => (output += data.toString()));
  const [code] = await once(child, "exit");
  expect(output).toMatch(/display 720x1280\npicture, keyframe true\n/);
  expect(code).toBe(0);
}, 60_000);

it("an emulator is lent to in the sandbox, by its console and by a pipe, with no more than is named", async () => {
  const [{ serial, consolePort }, fifo] = [await rig.emulator(), await Fifo.make()];
  rig.atEnd(() => fifo.remove());
  const console = await EmulatorConsole.start({ port: consolePort, token: "secretToken1" });
  rig.atEnd(() => console.stop());
  const tokenFile = `${fifo.path}-token`;
  await writeFile(tokenFile, "secretToken1\n");
  const camera = { serial, path: fifo.path, width: 64, height: 48, frameRate: 15 };
  const consoles = { ports: [consolePort], tokenFile };
  const child = inSandbox("lent.ts", { cameras: [camera], consoles }, serial, fifo.path, tokenFile);
  rig.atEnd(() => void child.kill());
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => (output += data.toString()));
  await until("the place", () => console.last("geo fix") === "geo fix 16.373820 48.208170", 30_000);
  const reader = fifo.read();
  await until("a black picture", () => reader.take()[0] === 16);
  await until("the ask", () => output.includes("Camera wants camera"));
  reader.close();
  expect(output).not.toContain("secretToken1");
}, 60_000);
