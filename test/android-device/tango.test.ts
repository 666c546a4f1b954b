import type { Adb } from "@yume-chan/adb";
import { ReadableStream } from "@yume-chan/stream-extra";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AdbServer } from "../support/adb-server.ts";
import { AndroidDevice } from "../support/android-device/index.ts";
import { adbOf } from "../support/scrcpy-viewer.ts";
import { until } from "../support/until.ts";

let device: AndroidDevice;
let server: AdbServer;
let adb: Adb;

beforeAll(async () => {
  device = await AndroidDevice.start();
  server = await AdbServer.start();
  await server.connect(device.serial);
  adb = await adbOf(server, device.serial);
});

afterAll(async () => {
  await server.stop();
  await device.stop();
});

async function write(filename: string, text: string): Promise<void> {
  const sync = await adb.sync();
  const file = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(Buffer.from(text));
      controller.close();
    },
  });
  try {
    await sync.write({ filename, file, permission: 0o640, mtime: 1_700_000_000 });
  } finally {
    await sync.dispose();
  }
}

it("Tango sees the device, and what it offers", async () => {
  expect(adb.serial).toBe(device.serial);
  expect([...adb.deviceFeatures].sort()).toEqual(["cmd", "fixed_push_mkdir", "ls_v2", "shell_v2", "stat_v2"]);
  expect(await adb.getProp("ro.product.model")).toBe("Glass 14");
});

it("Tango writes a file, and finds it, its folder and its bytes again", async () => {
  await write("/sdcard/new/ü.txt", "content");
  const sync = await adb.sync();
  const stat = await sync.stat("/sdcard/new/ü.txt");
  expect(stat).toMatchObject({ size: 7n, permission: 0o640, mtime: 1_700_000_000n });
  expect((await sync.lstat("/sdcard/new")).type).toBe(4);
  const entries = await sync.readdir("/sdcard/new");
  expect(entries.map(({ name, size }) => [name, size])).toEqual([["ü.txt", 7n]]);
  const pieces: Uint8Array[] = [];
  for await (const piece of sync.read("/sdcard/new/ü.txt")) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toBe("content");
  await expect(sync.stat("/sdcard/nothing")).rejects.toThrow();
  await sync.dispose();
});

it("a file that may not be written is refused to Tango with the reason", async () => {
  await expect(write("/system/no", "x")).rejects.toThrow("Read-only file system");
});

it("a program ends when Tango kills it, and its end is told", async () => {
  const shell = adb.subprocess.shellProtocol;
  expect(await shell?.spawnWait("cat /nothing; exit 5")).toMatchObject({ exitCode: 5 });
  const process = await shell?.spawn("sleep 60; echo late > /sdcard/late");
  const end = process?.exited.catch((error: Error) => error.message);
  await until("it runs", () => device.record.runs("sleep").length === 1);
  await process?.kill();
  expect(await end).toBe("Socket ended without exit message");
  // Asked after the signal, and answered by the same device.
  expect((await shell?.spawnWaitText("ls /sdcard"))?.stdout).not.toContain("late");
  expect(device.record.runs("echo")).toEqual([]);
});

it("a socket of the device that Tango reverses ends in Tango", async () => {
  const heard: string[] = [];
  await adb.reverse.add("localabstract:tango", async (socket) => {
    for await (const piece of socket.readable) heard.push(Buffer.from(piece).toString());
  });
  const stream = device.connect("localabstract:tango");
  await stream.write(Buffer.from("hello"));
  await until("it is heard", () => heard.join("") === "hello");
  expect((await adb.reverse.list()).map(({ localName }) => localName)).toEqual(["localabstract:tango"]);
  await adb.reverse.removeAll();
});
