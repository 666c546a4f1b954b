import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deviceDescription } from "#protocol";
import { createDemoDevice } from "../../../../origin-agent/device/demo/index.ts";
import type { MediaUnit } from "../../../../origin-agent/device/device.ts";
import { psnr } from "../../../support/h264-decoder.ts";
import { NAL, nalTypes, nalUnits } from "../../../support/h264-stream.ts";
import { KEY, WatchedPhone } from "./screen.ts";

// Real encoding, and other suites beside it.
vi.setConfig({ testTimeout: 30_000 });

let phone: WatchedPhone;

async function start(app?: string): Promise<WatchedPhone> {
  phone = await WatchedPhone.open(app);
  return phone;
}

beforeEach(async () => {
  await start();
});

afterEach(async () => {
  await phone.close();
});

async function restart(app: string): Promise<void> {
  await phone.close();
  await start(app);
}

test("it describes itself as the contract wants it, and as a demo", () => {
  const { description } = createDemoDevice({ id: "demo-1" });
  expect(deviceDescription.safeParse(description).success).toBe(true);
  expect(description).toMatchObject({ name: "Demo phone", kind: "demo", width: 720, height: 1280 });
  expect(description.apps.map(({ id }) => id)).toContain("stopwatch");
});

test("an app that is not there is refused in words that name those that are", () => {
  expect(() => createDemoDevice({ id: "demo-1", startApp: "maps" })).toThrow(/no app of that name; it has notes, draw/);
});

test("the geometry comes before the first unit, which is a keyframe with its configuration", async () => {
  await phone.until(() => phone.video.length > 0);
  expect(phone.displays).toEqual([{ width: 720, height: 1280, rotation: 0, codec: "h264" }]);
  expect(phone.video[0]).toMatchObject({ keyframe: true, config: true });
  expect(nalTypes(phone.video[0]?.data ?? new Uint8Array()).slice(0, 2)).toEqual([NAL.sps, NAL.pps]);
  expect(phone.picture()).toMatchObject({ width: 720, height: 1280 });
});

test("a screen that stands still yields nothing at all", async () => {
  await phone.rest();
  const before = phone.video.length;
  await phone.stays(1_500, () => phone.video.length === before && phone.audio.length === 0);
});

test("a keyframe that is asked for on a static screen comes at once, shows the same, and comes once", async () => {
  await phone.rest();
  const [count, before] = [phone.video.length, phone.picture().luma];
  const asked = performance.now();
  for (let again = 0; again < 5; again += 1) phone.device.requestKeyframe();
  await phone.until(() => phone.video.length > count);
  expect(performance.now() - asked).toBeLessThan(250);
  expect(phone.video[count]).toMatchObject({ keyframe: true, config: true });
  await phone.rest();
  expect(phone.video.slice(count).filter(({ keyframe }) => keyframe).length).toBeLessThanOrEqual(2);
  expect(psnr(phone.picture().luma, before)).toBeGreaterThan(40);
});

test("a unit carries the moment it was drawn, in microseconds of Unix time", async () => {
  await phone.rest();
  const count = phone.video.length;
  const from = (performance.timeOrigin + performance.now()) * 1000;
  phone.device.requestKeyframe();
  await phone.until(() => phone.video.length > count);
  const to = (performance.timeOrigin + performance.now()) * 1000;
  const at = phone.video[count]?.capturedAtMicros ?? 0;
  expect(Number.isSafeInteger(at)).toBe(true);
  expect(at).toBeGreaterThanOrEqual(Math.floor(from));
  expect(at).toBeLessThanOrEqual(Math.ceil(to));
});

test("while paused nothing comes, whatever happens, and resuming begins with a keyframe of what is newest", async () => {
  await phone.rest();
  phone.device.setPaused(true);
  const count = phone.video.length;
  phone.key(KEY.recents);
  phone.device.requestKeyframe();
  await phone.stays(300, () => phone.video.length === count);
  const before = phone.picture().luma;
  phone.device.setPaused(false);
  await phone.until(() => phone.video.length > count);
  expect(phone.video[count]?.keyframe).toBe(true);
  expect(psnr(phone.picture().luma, before)).toBeLessThan(25);
});

test("without room nothing is drawn, and when room returns one picture shows what is newest", async () => {
  await restart("notes");
  await phone.rest();
  const [count, empty] = [phone.video.length, phone.picture().luma];
  phone.setRoom(false);
  for (const letter of "nothing of this is sent") phone.type(letter);
  await phone.stays(300, () => phone.video.length === count);
  phone.setRoom(true);
  await phone.until(() => phone.video.length > count);
  const first = phone.picture().luma;
  expect(psnr(first, empty)).toBeLessThan(45);
  await phone.rest();
  expect(psnr(phone.picture().luma, first)).toBeGreaterThan(32);
});

test("turning the screen is a new geometry whose first unit is a keyframe of the new size", async () => {
  await restart("settings");
  await phone.rest();
  const count = phone.video.length;
  phone.tap(300, 230);
  await phone.until(() => phone.video.length > count + 1 || phone.displays.length > 1);
  await phone.rest();
  expect(phone.displays.at(-1)).toEqual({ width: 1280, height: 720, rotation: 90, codec: "h264" });
  const wide = phone.video.slice(count).find(({ keyframe }) => keyframe);
  expect(wide).toMatchObject({ keyframe: true, config: true });
  expect(phone.picture()).toMatchObject({ width: 1280, height: 720 });
  phone.tap(640, 230);
  await phone.until(() => phone.displays.length === 3);
  await phone.rest();
  expect(phone.picture()).toMatchObject({ width: 720, height: 1280 });
});

const sps = (unit: MediaUnit) => nalUnits(unit.data).find((nal) => ((nal[0] ?? 0) & 0x1f) === NAL.sps);

test("T-2 a lower side is the next picture: a keyframe of the same shape and display, and touches go on", async () => {
  await restart("video");
  await phone.until(() => phone.video.length > 3);
  phone.device.setTarget({ bitrate: 2_000_000, frameRate: 30, maxSide: 639 });
  // One may be on its way through the encoder.
  const count = phone.video.length + 1;
  await phone.until(() => phone.video.length > count + 3);
  const keyframes = phone.video.slice(1).filter(({ keyframe }) => keyframe);
  expect(keyframes).toHaveLength(1);
  expect(phone.video.slice(0, count + 1)).toContain(keyframes[0]);
  expect(phone.picture()).toMatchObject({ width: 358, height: 638 });
  expect(phone.displays).toHaveLength(1);
  expect(sps(keyframes[0] ?? expect.unreachable("no keyframe"))).not.toEqual(
    sps(phone.video[0] ?? expect.unreachable("no picture")),
  );
});

test("T-2 a side that changes nothing of the size makes no encoder anew", async () => {
  await restart("video");
  for (const maxSide of [undefined, 1280, 8192]) {
    phone.device.setTarget({ bitrate: 2_000_000, frameRate: 30, maxSide });
    const count = phone.video.length;
    await phone.until(() => phone.video.length > count + 2);
  }
  expect(phone.video.map(({ keyframe }) => keyframe).lastIndexOf(true)).toBe(0);
});

test("T-2 at rest a lower side costs nothing, and a higher one shows the same picture with more of it", async () => {
  await restart("notes");
  phone.type("A page of words, which a small picture cannot hold. ".repeat(8));
  await phone.rest();
  const { luma } = phone.picture();
  phone.device.setTarget({ bitrate: 4_000_000, frameRate: 30, maxSide: 320 });
  const count = phone.video.length;
  await phone.stays(300, () => phone.video.length === count);
  phone.type("!");
  await phone.until(() => phone.video.length > count);
  await phone.rest();
  expect(phone.picture()).toMatchObject({ width: 180, height: 320 });
  phone.device.setTarget({ bitrate: 4_000_000, frameRate: 30 });
  await phone.until(() => phone.picture().width === 720);
  await phone.rest();
  // One more character, and perhaps a minute more in the status bar.
  expect(psnr(phone.picture().luma, luma)).toBeGreaterThan(30);
});

test("T-3 a picture at rest is not sharpened without room, and is when room returns", async () => {
  await restart("notes");
  phone.device.setTarget({ bitrate: 300_000, frameRate: 30 });
  await phone.rest();
  phone.type("Words in every line make a page that such a rate cannot show sharply at once. ".repeat(8));
  const typed = phone.video.length;
  await phone.until(() => phone.video.length > typed);
  phone.setRoom(false);
  const first = phone.picture().luma;
  const count = phone.video.length + 1;
  await phone.stays(300, () => phone.video.length <= count);
  phone.setRoom(true);
  await phone.rest();
  expect(psnr(phone.picture().luma, first)).toBeLessThan(40);
  const last = phone.video.length;
  await phone.stays(500, () => phone.video.length === last);
});

test("T-1 pictures come no faster than the target, and none at all at a target of 0", async () => {
  await restart("video");
  phone.device.setTarget({ bitrate: 2_000_000, frameRate: 10 });
  await phone.until(() => phone.video.length > 2);
  const count = phone.video.length;
  await phone.until(() => phone.video.length >= count + 8);
  const times = phone.video.slice(count).map(({ capturedAtMicros }) => capturedAtMicros / 1000);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(95);
  phone.device.setTarget({ bitrate: 2_000_000, frameRate: 0 });
  const last = phone.video.length + 1;
  await phone.stays(400, () => phone.video.length <= last);
});

test("T-1 a lower bitrate makes smaller pictures from the next one on, without a keyframe", async () => {
  await restart("video");
  await phone.until(() => phone.video.length > 20);
  phone.device.setTarget({ bitrate: 300_000, frameRate: 30 });
  const count = phone.video.length + 1;
  await phone.until(() => phone.video.length >= count + 25);
  const bytes = (units: typeof phone.video) => units.reduce((sum, { data }) => sum + data.byteLength, 0) / units.length;
  expect(phone.video.slice(1).some(({ keyframe }) => keyframe)).toBe(false);
  expect(bytes(phone.video.slice(count + 5))).toBeLessThan(300_000 / 8 / 30 + 400);
  expect(bytes(phone.video.slice(5, count - 1))).toBeGreaterThan(2 * bytes(phone.video.slice(count + 5)));
});

test("closing ends everything at once, and input after it is let go", async () => {
  await restart("stopwatch");
  await phone.until(() => phone.video.length > 3);
  await phone.device.close();
  const count = phone.video.length;
  phone.tap(300, 600);
  phone.device.requestKeyframe();
  phone.device.setPaused(false);
  phone.device.setTarget({ bitrate: 1_000_000, frameRate: 30 });
  await phone.stays(200, () => phone.video.length === count);
});

test("M-13 it is turned by its person, and back", async () => {
  await phone.rest();
  phone.device.rotate();
  await phone.until(() => phone.displays.length === 2);
  phone.device.rotate();
  await phone.until(() => phone.displays.length === 3);
  expect(phone.displays.map(({ rotation }) => rotation)).toEqual([0, 90, 0]);
});

test("M-13 asleep it is black and takes no touch, and awake it shows what it showed", async () => {
  await restart("notes");
  await phone.rest();
  const before = phone.picture().luma;
  phone.device.setScreen(false);
  await phone.rest();
  const black = phone.picture().luma;
  expect(Math.max(...black.subarray(0, 720))).toBeLessThan(20);
  phone.tap(360, 1240);
  phone.type("asleep");
  phone.key(KEY.home);
  phone.key(KEY.power);
  await phone.rest();
  expect(psnr(phone.picture().luma, before)).toBeGreaterThan(35);
});

test("M-13 its volume is shown for a moment after a key", async () => {
  await phone.rest();
  const bar = () => phone.luma(666, 450);
  const before = bar();
  phone.key(KEY.volumeDown);
  await phone.until(() => Math.abs(bar() - before) > 15);
  await phone.until(() => Math.abs(bar() - before) < 5);
});

test("S-14 opened for one app it shows that one, whatever leads elsewhere", async () => {
  await phone.close();
  phone = await WatchedPhone.open(undefined, "settings");
  await phone.rest();
  const before = phone.picture().luma;
  for (const key of [KEY.home, KEY.recents, KEY.back]) phone.key(key);
  phone.device.openApp("notes");
  phone.tap(360, 1240);
  await phone.rest();
  expect(psnr(phone.picture().luma, before)).toBeGreaterThan(35);
  await expect(WatchedPhone.open(undefined, "maps")).rejects.toThrow(/no app of that name/);
});
