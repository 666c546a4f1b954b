import type { Adb } from "@yume-chan/adb";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { AdbServer } from "../support/adb-server.ts";
import { AndroidDevice } from "../support/android-device/index.ts";
import { hex } from "../support/hex.ts";
import { RawScrcpy } from "../support/raw-scrcpy.ts";
import { adbOf, ScrcpyViewer } from "../support/scrcpy-viewer.ts";
import { until } from "../support/until.ts";

let device: AndroidDevice;
let server: AdbServer;
let adb: Adb;

beforeAll(async () => {
  device = await AndroidDevice.start({ size: { width: 240, height: 320 } });
  server = await AdbServer.start();
  await server.connect(device.serial);
  adb = await adbOf(server, device.serial);
});

afterEach(async () => {
  await device.fault({ kind: "none" });
  await device.fault({ kind: "server-death" });
  await until("no server runs", () => device.scrcpy.servers.length === 0);
});

afterAll(async () => {
  await server.stop();
  await device.stop();
});

const HEAD_BYTES = 64 + 12;

/** Everything up to the end of the video. */
async function rest(client: RawScrcpy): Promise<Buffer> {
  const bytes: Uint8Array[] = [];
  for (;;) {
    try {
      bytes.push(await client.video.readExactly(1));
    } catch {
      return Buffer.concat(bytes);
    }
  }
}

function keyframes(viewer: ScrcpyViewer): number {
  return viewer.packets.filter((packet) => packet.type === "data" && packet.keyframe).length;
}

it("an encoder that fails once is started again, with configuration and a keyframe", async () => {
  const viewer = await ScrcpyViewer.start(adb);
  await until("a picture", () => viewer.picture !== undefined);
  await device.fault({ kind: "encoder-error" });
  await until("a second keyframe", () => keyframes(viewer) === 2);
  expect(viewer.videoEnd).toBeUndefined();
  await viewer.stop();
});

it("an encoder that dies takes the server with it, and the next one lives", async () => {
  const viewer = await ScrcpyViewer.start(adb);
  await until("a picture", () => viewer.picture !== undefined);
  await device.fault({ kind: "encoder-death" });
  await until("the video ends", () => viewer.videoEnd !== undefined);
  await viewer.stop();
  const next = await ScrcpyViewer.start(adb);
  await until("a picture again", () => next.picture !== undefined);
  await next.stop();
});

it("a display that no encoder takes ends its server, and no other", async () => {
  const viewer = await ScrcpyViewer.start(adb, { audio: false });
  const client = await RawScrcpy.start(adb, "3.3.4", "new_display=40000x40000");
  await until("its server has ended", () => client.exitCode !== undefined);
  await until("a picture of the other", () => viewer.picture !== undefined);
  expect(device.scrcpy.servers).toHaveLength(1);
  await viewer.stop();
  await client.stop();
});

it("a server that is killed ends all streams", async () => {
  const viewer = await ScrcpyViewer.start(adb);
  await until("a picture", () => viewer.picture !== undefined);
  await device.fault({ kind: "server-death" });
  await until("the video ends", () => viewer.videoEnd !== undefined);
  await viewer.stop();
});

it("streams that come one byte at a time come whole", async () => {
  await device.fault({ kind: "crumbs", of: "streams" });
  const viewer = await ScrcpyViewer.start(adb, { audio: false });
  await until("a picture", () => viewer.picture !== undefined);
  expect(viewer.picture).toMatchObject({ width: 240, height: 320 });
  await viewer.stop();
});

it("a reader that is slow holds the input back, and loses none of it", async () => {
  const viewer = await ScrcpyViewer.start(adb, { audio: false });
  await until("a picture", () => viewer.picture !== undefined);
  device.record.clear();
  await device.fault({ kind: "slow-reads", delayMs: 30 });
  for (let x = 0; x < 20; x += 1) await viewer.touch(2, 1n, x, 10);
  await until("all came", () => device.record.messages("touch").length === 20);
  expect(device.record.messages("touch").map(({ position }) => position.x)).toEqual(
    Array.from({ length: 20 }, (_, x) => x),
  );
  await viewer.stop();
});

it.each([
  ["garbage", "746869732069732067617262616765"],
  ["huge-length", "000000000000000080000000"],
] as const)("%s stands in the video where a packet should", async (kind, bytes) => {
  const client = await RawScrcpy.start(adb, "3.3.4");
  await client.hex(HEAD_BYTES);
  await device.fault({ kind, in: "video" });
  await device.fault({ kind: "server-death" });
  expect((await rest(client)).toString("hex")).toContain(bytes);
  await client.stop();
});

it("a packet ends in its middle, and everything with it", async () => {
  const client = await RawScrcpy.start(adb, "3.3.4");
  await client.hex(HEAD_BYTES);
  await device.fault({ kind: "half-packet", in: "video" });
  expect((await rest(client)).subarray(-22).toString("hex")).toBe(`0000000000000000000003e8${"00".repeat(10)}`);
  await client.stop();
});

it("a clipboard of 2 GiB is announced on the control socket", async () => {
  const client = await RawScrcpy.start(adb, "3.3.4");
  await device.fault({ kind: "huge-length", in: "control" });
  expect(Buffer.from(await client.control.readExactly(5)).toString("hex")).toBe("0080000000");
  await client.stop();
});

it("a server of another version is refused by whoever pushed it", async () => {
  await device.fault({ kind: "server-version", version: "2.7" });
  await expect(ScrcpyViewer.start(adb)).rejects.toThrow("exited");
  await device.fault({ kind: "server-version", version: "3.3.4" });
});

it("a client that breaks the protocol ends its server, and no other", async () => {
  const viewer = await ScrcpyViewer.start(adb, { audio: false });
  const client = await RawScrcpy.start(adb, "3.3.4");
  await client.send(hex("15", "01f4", "00c8"));
  await until("its server has ended", () => client.exitCode !== undefined);
  expect(device.scrcpy.servers).toHaveLength(1);
  await until("a picture of the other", () => viewer.picture !== undefined);
  await viewer.stop();
  await client.stop();
});

it("a client that started the server by exec and left its sockets open has left it running", async () => {
  await adb.subprocess.noneProtocol.spawnWait("echo jar > /data/local/tmp/left.jar");
  const process = await adb.subprocess.noneProtocol.spawn(
    "CLASSPATH=/data/local/tmp/left.jar app_process / com.genymobile.scrcpy.Server 3.3.4 tunnel_forward=true scid=00000007",
  );
  await until("it runs", () => device.scrcpy.servers.length === 1);
  await process.kill();
  // Asked after the closing, and answered by the same device.
  expect((await adb.subprocess.noneProtocol.spawnWaitText("pidof app_process")).trim()).not.toBe("");
  expect(device.scrcpy.servers).toHaveLength(1);
});
