import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AdbServer } from "../support/adb-server.ts";
import { AndroidDevice } from "../support/android-device/index.ts";

const DOWNLOADS = "/sdcard/Download";
const ROOM_BYTES = 200_000;

let device: AndroidDevice;
let server: AdbServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "android-room-"));
  device = await AndroidDevice.start();
  server = await AdbServer.start();
  await server.connect(device.serial);
  device.android.files.roomBytes = ROOM_BYTES;
});

afterAll(async () => {
  await server.stop();
  await device.stop();
  await rm(folder, { recursive: true });
});

async function adb(...args: readonly string[]) {
  return await server.adb(["-s", device.serial, ...args]);
}

async function hostFile(name: string, bytes: number | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof bytes === "number" ? Buffer.alloc(bytes, 7) : bytes);
  return path;
}

it("a push that finds no room fails in adb's words and leaves nothing; one that fits goes on as before", async () => {
  const { code, err, out } = await adb("push", await hostFile("large.bin", 3_000_000), `${DOWNLOADS}/`);
  expect(code).toBe(1);
  expect(err + out).toContain("No space left on device");
  expect(device.android.files.list(DOWNLOADS)).toEqual([]);
  expect((await adb("push", await hostFile("small.bin", ROOM_BYTES), `${DOWNLOADS}/`)).code).toBe(0);
  expect(device.android.files.find(`${DOWNLOADS}/small.bin`)).toMatchObject({ kind: "file" });
});

it("an app that finds no room is refused by the package manager", async () => {
  const app = Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(2 * ROOM_BYTES)]);
  const { code, err, out } = await adb("install", "--streaming", await hostFile("large.apk", app));
  expect(code).toBe(1);
  expect(err + out).toContain("INSTALL_FAILED_INSUFFICIENT_STORAGE");
});
