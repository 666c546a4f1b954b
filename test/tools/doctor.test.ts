import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deviceFinding } from "../../tools/doctor/android.ts";
import { wordsOf } from "../../tools/doctor/finding.ts";
import { hardwareFindings } from "../../tools/doctor/hardware.ts";
import { Rig } from "../origin-agent/device/android/rig.ts";
import { Fifo } from "../support/fifo.ts";
import { freePort } from "../support/free-port.ts";
import { until } from "../support/until.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

async function doctor(
  adbSocket: string,
  ...args: string[]
): Promise<{ readonly code: number; readonly output: string }> {
  const program = join(import.meta.dirname, "../../tools/doctor.ts");
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ADB_SERVER_SOCKET: adbSocket } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      output += data.toString();
    });
  }
  const [code] = await once(child, "close");
  return { code, output };
}

describe("the doctor", () => {
  it("finds adb, its server and the devices, and says the next step for one that waits for its owner", async () => {
    const [good, waiting] = [await rig.phone(), await rig.phone({ access: "unauthorized" })];
    await rig.adb.connect(good.serial);
    await rig.adb.adb(["connect", waiting.serial]);
    await until("the one that waits", async () => (await rig.adb.state(waiting.serial)) === "unauthorized");
    const { code, output } = await doctor(`tcp:127.0.0.1:${rig.adb.port}`);
    expect(output).toMatch(/ok +adb \d+\./);
    expect(output).toContain(`ok       an ADB server at 127.0.0.1:${rig.adb.port}`);
    expect(output).toContain(`ok       ${good.serial}: Glass 14, Android 14`);
    expect(output).toMatch(new RegExp(`missing +${waiting.serial} is unauthorized\\n +next: confirm`));
    expect(output).toMatch(/missing +scrcpy-server: none was named\n +next: curl /);
    expect(code).toBe(1);
  });

  it("says how to start an ADB server, and how to name one", async () => {
    expect((await doctor(`tcp:127.0.0.1:${await freePort()}`)).output).toMatch(
      /an ADB server at .*\n +next: adb start/,
    );
    expect((await doctor("local:5037")).output).toMatch(/at "local:5037"\n +next: set ADB_SERVER_SOCKET to tcp:PORT/);
  });

  it("takes no file for scrcpy's server that is another", async () => {
    const { output } = await doctor("tcp:1", "--scrcpy-server", import.meta.filename);
    expect(output).toMatch(/missing +scrcpy-server in .*this is not scrcpy-server 3\.3\.4: its SHA-256 is/);
  });

  it("names the encoders of a device", () => {
    const found = { serial: "x", state: "device", model: "Glass 14, Android 14", borrows: [], troubles: [] } as const;
    expect(wordsOf(deviceFinding({ ...found, encoders: ["c2.android.avc.encoder"] }))).toBe(
      "  ok       x: Glass 14, Android 14, encoders c2.android.avc.encoder",
    );
    expect(wordsOf(deviceFinding({ ...found, model: undefined, encoders: [] }))).toMatch(
      /wait until Android has started/,
    );
  });

  it("says what a device can borrow, and of each pipe whether it can be written to", async () => {
    const fifo = await Fifo.make();
    rig.atEnd(() => fifo.remove());
    const [good, old] = [await rig.phone(), await rig.phone()];
    old.android.properties.set("ro.build.version.sdk", "30");
    for (const phone of [good, old]) await rig.adb.connect(phone.serial);
    const pipes = ["--camera", `a=${fifo.path},640x480@15`, "--camera=b=/nowhere/camera", "--microphone", "nonsense"];
    const { output } = await doctor(`tcp:127.0.0.1:${rig.adb.port}`, ...pipes);
    expect(output).toContain(`ok       ${good.serial} borrows location; motion is for emulators alone`);
    expect(output).toMatch(new RegExp(`missing +${old.serial} cannot borrow a location\\n +next: take an image of`));
    expect(output).toContain(`ok       a camera of a in ${fifo.path}`);
    expect(output).toMatch(/missing +a camera of b in \/nowhere\/camera\n +next: mkfifo \/nowhere\/camera/);
    expect(output).toMatch(/missing +a microphone "nonsense"\n +next: say it as --microphone SERIAL=PATH/);
  });

  it("says of an emulator how to be let into its console", () => {
    const emulator = { serial: "emulator-5554", state: "device", model: "x", encoders: [] } as const;
    const words = "adb: emulator-5554: its console refuses the token in the file";
    const findings = hardwareFindings({ ...emulator, borrows: ["gps"], troubles: [words] }).map(wordsOf);
    expect(findings[1]).toMatch(
      /^ {2}missing {2}emulator-5554: its console refuses.*\n +next: run this as the user who/,
    );
    expect(hardwareFindings({ ...emulator, borrows: ["gps", "motion"], troubles: [] }).map(wordsOf)).toEqual([
      "  ok       emulator-5554 borrows location and motion",
    ]);
  });

  it("refuses what it does not know", async () => {
    expect(await doctor("tcp:1", "--nonsense", "x")).toMatchObject({ code: 2 });
  });
});
