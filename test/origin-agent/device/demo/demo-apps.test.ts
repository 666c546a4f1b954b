import { afterEach, expect, test, vi } from "vitest";
import { psnr } from "../../../support/h264-decoder.ts";
import { amplitudeAt, joined, loudness, OpusDecoder } from "../../../support/opus-decoder.ts";
import { CTRL, KEY, SHIFT, WatchedPhone } from "./screen.ts";

// Real encoding, and other suites beside it.
vi.setConfig({ testTimeout: 30_000 });

let phone: WatchedPhone;

async function start(app?: string): Promise<void> {
  phone = await WatchedPhone.open(app);
  await phone.until(() => phone.video.length > 0);
}

afterEach(() => phone.close());

/** What is in Notes, by way of its own copy. */
function noteText(): string | undefined {
  phone.key(KEY.a, CTRL);
  phone.key(KEY.c, CTRL);
  return phone.clipboards.at(-1);
}

/** The time that the 48 cells of the stopwatch show. */
function cellsOf(watched: WatchedPhone): number {
  let millis = 0;
  for (let cell = 0; cell < 48; cell += 1) {
    const luma = watched.luma((cell % 16) * 40 + 20, Math.floor(cell / 16) * 40 + 20);
    if (luma > 60 && luma < 190) throw new Error(`cell ${cell} is neither black nor white: ${luma}`);
    millis = millis * 2 + (luma > 128 ? 1 : 0);
  }
  return millis;
}

test("the stopwatch's cells in a decoded picture are the very moment that the unit names, up to 30 times a second", async () => {
  await start("stopwatch");
  for (let shown = 0; shown < 20; shown += 1) {
    const count = phone.video.length;
    await phone.until(() => phone.video.length > count);
    const unit = phone.video.at(-1);
    const apart = Math.abs(cellsOf(phone) - (unit?.capturedAtMicros ?? 0) / 1000);
    expect(apart).toBeLessThanOrEqual(1);
  }
  const times = phone.video.map(({ capturedAtMicros }) => capturedAtMicros / 1000);
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
  expect((times.length - 1) / seconds).toBeLessThan(33);
});

test("the stopwatch is readable at 150 kbit/s, and turned sideways", async () => {
  await start("settings");
  phone.tap(300, 230);
  await phone.until(() => phone.displays.length === 2);
  phone.device.setTarget({ bitrate: 150_000, frameRate: 30 });
  phone.key(KEY.home);
  phone.tap(908, 438);
  const count = phone.video.length;
  await phone.until(() => phone.video.length > count + 40);
  const unit = phone.video.at(-1);
  expect(Math.abs(cellsOf(phone) - (unit?.capturedAtMicros ?? 0) / 1000)).toBeLessThanOrEqual(1);
});

test("text of any script is written and seen", async () => {
  await start("notes");
  await phone.rest();
  const scripts = ["Zażółć gęślą", "Кириллица", "日本語と中文", "한국어", "العربية", "हिन्दी", "ไทย", "👩‍👩‍👧 🇸🇪 👋🏽"];
  for (const [line, text] of scripts.entries()) {
    const before = phone.picture().luma;
    const typedAt = (performance.timeOrigin + performance.now()) * 1000;
    phone.type(`${text}\n`);
    // A picture that sharpens the line before may be on its way through the encoder.
    await phone.until(() => (phone.video.at(-1)?.capturedAtMicros ?? 0) >= typedAt);
    const top = 160 + 116 + 28 + line * 46;
    const row = (luma: Uint8Array) => luma.slice(top * 720, (top + 46) * 720);
    expect(psnr(row(phone.picture().luma), row(before))).toBeLessThan(30);
  }
  expect(noteText()).toBe(scripts.map((text) => `${text}\n`).join(""));
});

test("keys edit: letters, capitals, digits, enter, both deletes, arrows with and without shift", async () => {
  await start("notes");
  phone.type("hello wrld");
  for (let step = 0; step < 3; step += 1) phone.key(KEY.left);
  phone.key(43);
  expect(noteText()).toBe("hello world");
  phone.key(KEY.moveEnd);
  phone.key(KEY.enter);
  phone.key(KEY.a, SHIFT);
  phone.key(8);
  phone.key(8, SHIFT);
  expect(noteText()).toBe("hello world\nA1!");
  phone.key(KEY.moveEnd);
  phone.key(KEY.backspace);
  phone.key(KEY.up);
  phone.key(KEY.forwardDelete);
  expect(noteText()).toBe("helo world\nA1");
  phone.key(KEY.moveEnd);
  phone.key(KEY.left, SHIFT);
  phone.key(KEY.left, SHIFT);
  phone.key(KEY.x, CTRL);
  expect(phone.clipboards.at(-1)).toBe("A1");
  expect(noteText()).toBe("helo world\n");
});

test("backspace takes a whole character as it is read, not a piece of its code", async () => {
  await start("notes");
  phone.type("a👩‍👩‍👧e\u0301");
  phone.key(KEY.backspace);
  expect(noteText()).toBe("a👩‍👩‍👧");
  phone.key(KEY.moveEnd);
  phone.key(KEY.backspace);
  expect(noteText()).toBe("a");
});

test("the person's clipboard is pasted by keys and by the button, and the copy button gives the note back", async () => {
  await start("notes");
  phone.device.setClipboard("från långt bort\r\n");
  phone.key(KEY.v, CTRL);
  phone.tap(360, 218);
  phone.tap(140, 218);
  expect(phone.clipboards).toEqual(["från långt bort\nfrån långt bort\n"]);
});

test("a note stays within its limit, and is copied whole", async () => {
  await start("notes");
  for (let part = 0; part < 6; part += 1) phone.type("0123456789abcdef".repeat(256));
  expect(noteText()?.length).toBe(20_000);
});

test("ten fingers draw ten lines at once", async () => {
  await start("draw");
  await phone.rest();
  const rows = Array.from({ length: 10 }, (_row, finger) => 200 + finger * 80);
  const at = (x: number) => rows.map((y) => [x, y, 0.5] as const);
  phone.touch("down", ...at(100));
  for (let x = 120; x <= 600; x += 40) phone.touch("move", ...at(x));
  phone.touch("up", ...at(600));
  await phone.rest();
  for (const y of rows) {
    expect(phone.luma(350, y)).toBeLessThan(200);
    expect(phone.luma(350, y + 40)).toBeGreaterThan(225);
  }
});

test("pressure is the width of the line", async () => {
  await start("draw");
  await phone.rest();
  phone.touch("down", [100, 300, 0.05], [100, 500, 1]);
  phone.touch("move", [600, 300, 0.05], [600, 500, 1]);
  phone.touch("up", [600, 300, 0.05], [600, 500, 1]);
  await phone.rest();
  const thickness = (middle: number) => {
    let rows = 0;
    for (let y = middle - 40; y < middle + 40; y += 1) if (phone.luma(350, y) < 200) rows += 1;
    return rows;
  };
  expect(thickness(300)).toBeLessThan(18);
  expect(thickness(500)).toBeGreaterThan(38);
});

test("a finger paints under itself in the first picture after it came down, and clear wipes it all", async () => {
  await start("draw");
  await phone.rest();
  for (const [x, y] of [
    [80, 250],
    [360, 640],
    [640, 1000],
  ] as const) {
    const count = phone.video.length;
    expect(phone.luma(x, y)).toBeGreaterThan(200);
    phone.touch("down", [x, y]);
    await phone.until(() => phone.video.length > count);
    expect(phone.luma(x, y)).toBeLessThan(170);
    phone.touch("up", [x, y]);
    await phone.rest();
  }
  phone.tap(646, 1130);
  await phone.rest();
  expect(phone.luma(360, 640)).toBeGreaterThan(200);
});

test("a touch is answered by a picture at once, wherever it is", async () => {
  await start();
  for (const [x, y] of [
    [110, 620],
    [360, 400],
    [360, 1240],
    [40, 20],
  ] as const) {
    await phone.rest();
    const count = phone.video.length;
    const touched = performance.timeOrigin + performance.now();
    phone.touch("down", [x, y]);
    await phone.until(() => phone.video.length > count);
    const drawnAfterMs = (phone.video[count]?.capturedAtMicros ?? 0) / 1000 - touched;
    expect(drawnAfterMs).toBeLessThan(10);
    phone.device.releaseAll();
  }
});

test("apps open from the home screen, back and home leave them, recents shows and reopens them", async () => {
  await start();
  await phone.rest();
  const home = phone.picture().luma;
  phone.tap(100, 595);
  phone.type("kept");
  await phone.rest();
  const notes = phone.picture().luma;
  expect(psnr(notes, home)).toBeLessThan(15);
  phone.key(KEY.back);
  await phone.until(() => psnr(phone.picture().luma, home) > 30);
  phone.tap(600, 1236);
  phone.tap(360, 260);
  await phone.until(() => psnr(phone.picture().luma, notes) > 30);
  phone.tap(360, 1236);
  await phone.until(() => psnr(phone.picture().luma, home) > 30);
});

test("lifting every finger ends a stroke: what comes from an old finger later draws nothing", async () => {
  await start("draw");
  phone.touch("down", [100, 300]);
  phone.device.releaseAll();
  await phone.rest();
  phone.touch("move", [600, 300]);
  phone.touch("up", [600, 300]);
  await phone.rest();
  expect(phone.luma(350, 300)).toBeGreaterThan(225);
});

test("pads play notes that can be heard, one packet each 20 ms, and end in silence and then nothing", async () => {
  await start("tones");
  await phone.rest();
  await phone.stays(100, () => phone.audio.length === 0);
  phone.touch("down", [360, 850], [600, 850]);
  await phone.until(() => phone.audio.length >= 25);
  phone.touch("up", [360, 850], [600, 850]);
  let [count, since] = [0, performance.now()];
  await phone.until(() => {
    if (phone.audio.length !== count) [count, since] = [phone.audio.length, performance.now()];
    return performance.now() - since > 200;
  });
  const decoder = new OpusDecoder();
  const heard = phone.audio.map(({ data }) => decoder.decode(data));
  decoder.close();
  const held = joined(heard.slice(2, 25));
  expect(amplitudeAt(held, 440)).toBeGreaterThan(0.05);
  expect(amplitudeAt(held, 523.25)).toBeGreaterThan(0.05);
  expect(amplitudeAt(held, 600)).toBeLessThan(0.02);
  expect(loudness(joined(heard.slice(-4)))).toBeLessThan(0.001);
  expect(phone.audio.every(({ keyframe, config }) => keyframe && !config)).toBe(true);
  const times = phone.audio.map(({ capturedAtMicros }) => capturedAtMicros);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(gaps.every((gap) => gap > 19_990)).toBe(true);
  expect(gaps.filter((gap) => gap < 20_010).length).toBeGreaterThan(0.7 * gaps.length);
});

test("a pause is silent, too", async () => {
  await start("tones");
  phone.touch("down", [360, 850]);
  await phone.until(() => phone.audio.length > 3);
  phone.device.setPaused(true);
  const count = phone.audio.length + 1;
  await phone.stays(200, () => phone.audio.length <= count);
});

test("the video moves up to 30 times a second, and stands still after a tap", async () => {
  await start("video");
  await phone.until(() => phone.video.length > 30);
  const times = phone.video.map(({ capturedAtMicros }) => capturedAtMicros / 1000);
  const seconds = ((times[30] ?? 0) - (times[5] ?? 0)) / 1000;
  expect(25 / seconds).toBeLessThan(33);
  const before = phone.picture().luma;
  await phone.until(() => phone.video.length > 40);
  expect(psnr(phone.picture().luma, before)).toBeLessThan(35);
  phone.tap(360, 600);
  await phone.rest();
  const count = phone.video.length;
  await phone.stays(400, () => phone.video.length === count);
});

test("location, motion, camera and microphone each open on a page of their own", async () => {
  await start();
  await phone.rest();
  const pages = [phone.picture().luma];
  for (const [x, y] of [
    [456, 810],
    [628, 810],
    [100, 810],
    [274, 810],
  ] as const) {
    const count = phone.video.length;
    phone.key(KEY.home);
    phone.tap(x, y);
    await phone.until(() => phone.video.length > count);
    await phone.rest();
    const page = phone.picture().luma;
    for (const other of pages) expect(psnr(page, other)).toBeLessThan(35);
    pages.push(page);
  }
});
