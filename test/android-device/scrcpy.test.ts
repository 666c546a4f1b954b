import type { Adb } from "@yume-chan/adb";
import { AndroidKeyCode, AndroidKeyEventMeta, ScrcpyNewDisplay } from "@yume-chan/scrcpy";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { AdbServer } from "../support/adb-server.ts";
import { AndroidDevice, FINGER_COLOURS } from "../support/android-device/index.ts";
import { lumaOf } from "../support/h264-decoder.ts";
import { nalTypes } from "../support/h264-stream.ts";
import { amplitudeAt, joined, OpusDecoder } from "../support/opus-decoder.ts";
import { adbOf, pushServer, ScrcpyViewer } from "../support/scrcpy-viewer.ts";
import { until } from "../support/until.ts";

let device: AndroidDevice;
let server: AdbServer;
let adb: Adb;
let viewer: ScrcpyViewer;

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

beforeEach(async () => {
  device.record.clear();
  viewer = await ScrcpyViewer.start(adb);
  await until("a picture", () => viewer.picture !== undefined);
});

afterEach(async () => {
  await viewer.stop();
  await until("the server has ended", () => device.scrcpy.servers.length === 0);
});

/** What a finger leaves, in the luma of the picture. */
function inkOf(finger: number): number {
  return lumaOf(Uint8Array.from([...(FINGER_COLOURS[finger] ?? []), 255]))[0] ?? 0;
}

/** Whether a finger's ink is at a place of the picture that is shown. */
function isInked(finger: number, x: number, y: number): boolean {
  return Math.abs((viewer.lumaAt(x, y) ?? 0) - inkOf(finger)) < 6;
}

it("the client is told who it is connected to, and gets configuration, a keyframe and what follows", async () => {
  const { metadata } = await viewer.client.videoStream;
  expect(metadata).toMatchObject({ deviceName: "Glass 14", width: 720, height: 1280 });
  const [first, second] = viewer.packets;
  expect(first).toMatchObject({ type: "configuration" });
  expect(nalTypes(first?.data ?? new Uint8Array())).toEqual([7, 8]);
  expect(second).toMatchObject({ type: "data", keyframe: true });
  expect(nalTypes(second?.data ?? new Uint8Array())).toContain(5);
  expect(viewer.picture).toMatchObject({ width: 720, height: 1280 });
  const times = () => viewer.packets.flatMap((packet) => (packet.type === "data" ? [packet.pts ?? 0n] : []));
  await until("pictures that are repeated", () => times().length > 2);
  expect(times()).toEqual([...times()].sort((a, b) => (a < b ? -1 : 1)));
});

it("two fingers leave their ink where they touch", async () => {
  expect(isInked(0, 200, 300)).toBe(false);
  await viewer.touch(0, 1n, 200, 300);
  await viewer.touch(0, 2n, 500, 900);
  await until("ink of both", () => isInked(0, 200, 300) && isInked(1, 500, 900));
  await viewer.touch(2, 2n, 600, 1000);
  await viewer.touch(1, 1n, 200, 300);
  await viewer.touch(1, 2n, 600, 1000);
  await until("ink where it went", () => isInked(1, 600, 1000));
  const actions = () => device.record.messages("touch").map(({ action, pointerId }) => `${pointerId}:${action}`);
  await until("all is recorded", () => actions().length === 5);
  expect(actions()).toEqual(["1:0", "2:0", "2:2", "1:1", "2:1"]);
});

it("a turn makes a new session of the other shape, and a touch that was aimed at the old one is dropped", async () => {
  const before = viewer.picture;
  await viewer.controller.rotateDevice();
  await until("a picture of the other shape", () => viewer.picture?.width === 1280);
  expect(viewer.packets.filter(({ type }) => type === "configuration")).toHaveLength(2);
  await viewer.touch(0, 1n, 200, 300, before);
  await viewer.touch(0, 1n, 1000, 300);
  await until("ink of the second", () => isInked(0, 1000, 300));
  expect(
    device.record
      .of("control")
      .filter(({ message }) => message.type === "touch")
      .map(({ taken }) => taken),
  ).toEqual([false, true]);
  await viewer.controller.rotateDevice();
  await until("upright again", () => viewer.picture?.width === 720);
});

it("the client that asks for a keyframe gets one, with the configuration before it", async () => {
  const keyframes = () => viewer.packets.filter((packet) => packet.type === "data" && packet.keyframe).length;
  await viewer.controller.resetVideo();
  await until("a second keyframe", () => keyframes() === 2);
  expect(device.scrcpy.servers[0]?.video?.sessions).toBe(2);
  expect(viewer.packets.filter(({ type }) => type === "configuration")).toHaveLength(2);
});

it("text is typed as far as a keyboard can, and pasted whatever it is, with an acknowledgement", async () => {
  await viewer.controller.injectText("Grüße, 你");
  await viewer.controller.setClipboard({ sequence: 7n, paste: true, content: "好 🙂" });
  await until("both arrived", () => device.record.of("text").length === 2);
  expect(device.record.of("text")).toEqual([
    { kind: "text", text: "Grüße, ", by: "keys" },
    { kind: "text", text: "好 🙂", by: "paste" },
  ]);
  expect(device.android.clipboard).toBe("好 🙂");
});

it("keys write what they do on a keyboard, and the one for paste pastes", async () => {
  const press = async (keyCode: AndroidKeyCode, metaState: AndroidKeyEventMeta) => {
    for (const action of [0, 1] as const)
      await viewer.controller.injectKeyCode({ action, keyCode, repeat: 0, metaState });
  };
  await press(AndroidKeyCode.KeyH, AndroidKeyEventMeta.Shift);
  await press(AndroidKeyCode.KeyI, AndroidKeyEventMeta.None);
  await viewer.controller.setClipboard({ sequence: 0n, paste: false, content: "!" });
  await press(AndroidKeyCode.AndroidPaste, AndroidKeyEventMeta.None);
  await until("all is typed", () => device.record.of("text").length === 3);
  expect(device.record.text).toBe("Hi!");
});

it("what is copied on the device comes to the client, and what the client copied does not come back", async () => {
  await viewer.controller.setClipboard({ sequence: 1n, paste: false, content: "from the client" });
  device.copy("from the device");
  await until("a clipboard", () => viewer.clipboards.length > 0);
  expect(viewer.clipboards).toEqual(["from the device"]);
});

it("an app is started, and the key that leads back leaves it", async () => {
  await viewer.controller.startApp("org.example.notes", { forceStop: true });
  await until("it is in front", () => device.screen.app === "org.example.notes");
  expect(device.record.of("app-started")).toEqual([
    { kind: "app-started", name: "org.example.notes", stoppedFirst: true, display: 0 },
  ]);
  await viewer.controller.backOrScreenOn(0);
  await until("it is left", () => device.screen.app !== "org.example.notes");
  await viewer.controller.startApp("Maps", { searchByName: true });
  await until("it was found by its name", () => device.screen.app === "org.example.maps");
});

it("the keyboard's lamp answers caps lock", async () => {
  const descriptor = Uint8Array.of(0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0xc0);
  await viewer.controller.uHidCreate({ id: 1, vendorId: 0, productId: 0, name: "keys", data: descriptor });
  await viewer.controller.uHidInput({ id: 1, data: Uint8Array.of(0, 0, 0x39, 0, 0, 0, 0, 0) });
  await until("the lamp is lit", () => viewer.reports.length === 1);
  expect(viewer.reports.map(({ id, data }) => [id, ...data])).toEqual([[1, 2]]);
  await viewer.controller.uHidDestroy(1);
  await until("all is recorded", () => device.record.messages("uhid-destroy").length === 1);
  expect(device.record.messages("uhid-create")).toMatchObject([
    { id: 1, name: "keys", descriptor: Buffer.from(descriptor) },
  ]);
});

it("the device is heard: Opus of its tone", async () => {
  await until("half a second", () => viewer.audio.length > 25);
  const [head, ...packets] = viewer.audio;
  expect(head?.type).toBe("configuration");
  expect(Buffer.from(head?.data ?? []).toString("latin1", 0, 8)).toBe("OpusHead");
  const decoder = new OpusDecoder();
  const sound = joined(packets.slice(5).map(({ data }) => decoder.decode(data)));
  decoder.close();
  expect(amplitudeAt(sound, 440)).toBeGreaterThan(0.2);
  expect(amplitudeAt(sound, 1_000)).toBeLessThan(0.02);
});

it("a reel moves by itself, and can be joined at a keyframe every second", async () => {
  device.screen.reelRate = 30;
  const moving = await ScrcpyViewer.start(adb, { audio: false });
  try {
    await until("more than a second of it", () => moving.packets.length > 35);
    const kinds = moving.packets.map((packet) => (packet.type === "data" ? packet.keyframe : undefined));
    expect(kinds.slice(0, 35)).toEqual([undefined, true, ...Array(29).fill(false), true, ...Array(3).fill(false)]);
    expect(moving.picture).toMatchObject({ width: 720, height: 1280 });
  } finally {
    device.screen.reelRate = 0;
    await moving.stop();
  }
});

it("a smaller picture is taken and touched in its own pixels", async () => {
  const small = await ScrcpyViewer.start(adb, { maxSize: 640, audio: false });
  try {
    await until("a small picture", () => small.picture !== undefined);
    expect(small.picture).toMatchObject({ width: 360, height: 640 });
    await small.touch(0, 1n, 100, 100);
    await until("ink in the large picture", () => isInked(0, 200, 200));
  } finally {
    await small.stop();
  }
});

it("a display of one's own shows its own apps, and is gone with its client", async () => {
  const own = await ScrcpyViewer.start(adb, {
    newDisplay: new ScrcpyNewDisplay(480, 640, 160),
    audio: false,
  });
  try {
    await until("its picture", () => own.picture !== undefined);
    expect(own.picture).toMatchObject({ width: 480, height: 640 });
    await own.controller.startApp("org.example.chat");
    await until("the app is on it", () => device.android.screens.get(2)?.app === "org.example.chat");
    expect(device.screen.app).not.toBe("org.example.chat");
  } finally {
    await own.stop();
  }
  await until("it is gone", () => device.android.screens.size === 1);
});

it("a server of another version, and one that was not pushed, are refused", async () => {
  await expect(ScrcpyViewer.start(adb, {}, "3.3.3")).rejects.toMatchObject({
    message: expect.stringContaining("exited"),
  });
  await pushServer(adb, "/data/local/tmp/there.jar");
  const { stderr, exitCode } = await runServer("/data/local/tmp/elsewhere.jar");
  expect([stderr, exitCode]).toEqual([expect.stringContaining("unable to find class"), 134]);
  expect(await runServer("/data/local/tmp/there.jar")).toMatchObject({ exitCode: 0 });
  // The server has removed itself.
  expect((await runServer("/data/local/tmp/there.jar")).exitCode).toBe(134);
});

async function runServer(path: string) {
  const shell = adb.subprocess.shellProtocol;
  const command = `CLASSPATH=${path} app_process / com.genymobile.scrcpy.Server 3.3.4 list_apps=true`;
  const result = await shell?.spawnWaitText(command);
  if (result === undefined) throw new Error("the device has no shell v2");
  return result;
}
