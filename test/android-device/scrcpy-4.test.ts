import type { Adb } from "@yume-chan/adb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AdbServer } from "../support/adb-server.ts";
import { AndroidDevice } from "../support/android-device/index.ts";
import { H264Decoder } from "../support/h264-decoder.ts";
import { hex } from "../support/hex.ts";
import { RawScrcpy } from "../support/raw-scrcpy.ts";
import { adbOf } from "../support/scrcpy-viewer.ts";
import { until } from "../support/until.ts";

let device: AndroidDevice;
let server: AdbServer;
let adb: Adb;

beforeAll(async () => {
  device = await AndroidDevice.start({ scrcpyVersion: "4.1", size: { width: 360, height: 640 } });
  server = await AdbServer.start();
  await server.connect(device.serial);
  adb = await adbOf(server, device.serial);
});

afterAll(async () => {
  await server.stop();
  await device.stop();
});

const NAME_AND_CODEC = `${Buffer.from("Glass 14").toString("hex").padEnd(128, "0")}68323634`;

interface Packet {
  readonly head: bigint;
  readonly data: Uint8Array;
}

async function packet(client: RawScrcpy): Promise<Packet> {
  const header = Buffer.from(await client.video.readExactly(12));
  return { head: header.readBigUInt64BE(0), data: await client.video.readExactly(header.readUInt32BE(8)) };
}

/** The next session packet as its three words, past all that comes before it. */
async function nextSession(client: RawScrcpy): Promise<readonly number[]> {
  for (;;) {
    const header = Buffer.from(await client.video.readExactly(12));
    const first = header.readUInt32BE(0);
    if (first >= 0x8000_0000) return [first, header.readUInt32BE(4), header.readUInt32BE(8)];
    await client.video.readExactly(header.readUInt32BE(8));
  }
}

it("4.x begins with the codec, and with a session packet that tells the size", async () => {
  const client = await RawScrcpy.start(adb, "4.1");
  expect(await client.hex(68)).toBe(NAME_AND_CODEC);
  expect(await client.hex(12)).toBe("800000000000016800000280");
  const config = await packet(client);
  expect(config.head).toBe(1n << 62n);
  const keyframe = await packet(client);
  expect(keyframe.head >> 61n).toBe(1n);
  const delta = await packet(client);
  expect(delta.head >> 61n).toBe(0n);
  expect(delta.head).toBeGreaterThan(keyframe.head & ((1n << 61n) - 1n));
  const decoder = new H264Decoder();
  expect(decoder.decode(Buffer.concat([config.data, keyframe.data]))).toMatchObject({ width: 360, height: 640 });
  decoder.close();
  await client.stop();
});

it("4.x tells of a turn by a session packet before the configuration of the new size", async () => {
  const client = await RawScrcpy.start(adb, "4.1");
  await client.hex(68 + 12);
  await client.send(hex("0b"));
  expect(await nextSession(client)).toEqual([0x8000_0000, 640, 360]);
  expect((await packet(client)).head).toBe(1n << 62n);
  await client.send(hex("0b"));
  await client.stop();
});

it("4.x tells in a session packet that it was the client who resized", async () => {
  const client = await RawScrcpy.start(adb, "4.1", "new_display=400x300/160", "flex_display=true");
  await client.hex(68);
  expect(await nextSession(client)).toEqual([0x8000_0000, 400, 300]);
  await client.send(hex("15", "01f4", "00c8"));
  expect(await nextSession(client)).toEqual([0x8000_0001, 500, 200]);
  await client.stop();
});

it("4.x takes the messages that 3.x has not", async () => {
  device.record.clear();
  const client = await RawScrcpy.start(adb, "4.1");
  await client.send(hex("16", "00000006", Buffer.from("/a.jpg").toString("hex")));
  await client.send(hex("12 01", "13", "14"));
  await until("all came", () => device.record.of("control").length === 4);
  expect(device.record.messages("scan-file")).toEqual([{ type: "scan-file", path: "/a.jpg" }]);
  await client.stop();
});

it("a server of 4.x does not run for a client of 3.x", async () => {
  await expect(
    adb.subprocess.shellProtocol?.spawnWaitText(
      "echo x > /data/local/tmp/s.jar; CLASSPATH=/data/local/tmp/s.jar app_process / com.genymobile.scrcpy.Server 3.3.4",
    ),
  ).resolves.toMatchObject({
    exitCode: 1,
    stderr: "[server] ERROR: The server version (4.1) does not match the client (3.3.4)\n",
  });
});
