import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type FrameHeader, framePayload, type HardwareWant, readFrameHeader } from "#protocol";
import { createAudioDecoder, createVideoDecoder } from "../../origin-agent/encode/index.ts";
import type { FakeSeat } from "../support/fake-seat.ts";
import { until } from "../support/until.ts";
import { browserWorld } from "./browser-world.ts";

const { openLive } = browserWorld("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");

const CAMERA: HardwareWant = { kind: "camera", width: 640, height: 480, frameRate: 15 };
const PLACES: HardwareWant = { kind: "location", intervalMs: 200, distanceM: 0, accuracy: "fine" };
const VIENNA = { latitude: 48.20817, longitude: 16.37382, accuracy: 12 };

async function asked(page: Page, seat: FakeSeat, want: HardwareWant, purpose = "Some app"): Promise<void> {
  seat.tell({ type: "hardware-ask", purpose, want });
  await page.locator("#hardware-title", { hasText: `“${purpose}” wants to use your ${want.kind}` }).waitFor();
}

async function lent(page: Page, seat: FakeSeat, want: HardwareWant): Promise<void> {
  await asked(page, seat, want);
  await page.locator("#hardware-allow").click();
  await until(`${want.kind} is granted`, () => answersOf(seat).at(-1) === `${want.kind} granted`);
}

function answersOf(seat: FakeSeat): string[] {
  return seat.heardOf("hardware-answer").map(({ kind, answer }) => `${kind} ${answer}`);
}

function framesOf(seat: FakeSeat): { readonly header: FrameHeader; readonly data: Uint8Array }[] {
  return seat.inputs.map((bytes) => {
    const message = Uint8Array.from(bytes).buffer;
    return { header: readFrameHeader(message), data: framePayload(message) };
  });
}

/** Nothing comes any more: as many frames as were there a good while ago. */
async function comesToRest(seat: FakeSeat): Promise<void> {
  let before = -1;
  let since = performance.now();
  await until("no more frames", () => {
    if (seat.inputs.length !== before) [before, since] = [seat.inputs.length, performance.now()];
    return performance.now() - since > 500;
  });
}

describe("a device that asks for hardware", () => {
  it("B-1 gets nothing before the person has allowed it, and nothing when they do not", async () => {
    const { page, seat } = await openLive();
    await asked(page, seat, CAMERA, "<b>Video call</b>");
    expect(answersOf(seat)).toEqual([]);
    await page.locator("#hardware-refuse").click();
    await until("it is denied", () => answersOf(seat).length > 0);
    expect(answersOf(seat)).toEqual(["camera denied"]);
    expect(await page.locator("#hardware-ask").isHidden()).toBe(true);
    expect(await page.locator("#hardware-live").isHidden()).toBe(true);
    expect(seat.inputs).toEqual([]);
  });

  it("B-2 asks no more once it is done, and for one thing after the other", async () => {
    const { page, seat } = await openLive();
    await asked(page, seat, CAMERA);
    seat.tell({ type: "hardware-ask", purpose: "Maps", want: PLACES });
    seat.tell({ type: "hardware-done", kind: "camera" });
    await page.locator("#hardware-title", { hasText: "“Maps” wants to use your location" }).waitFor();
    seat.tell({ type: "hardware-done", kind: "location" });
    await page.locator("#hardware-ask").waitFor({ state: "hidden" });
    expect(answersOf(seat)).toEqual([]);
  });
});

describe("a camera", () => {
  it("B-6 is lent as H.264 or VP8 of the wanted size and rate, with a keyframe every 2 s", async () => {
    const { page, seat } = await openLive();
    await lent(page, seat, CAMERA);
    await until("three seconds of pictures", () => seat.inputs.length >= 45, 15_000);
    const frames = framesOf(seat);
    const { codec } = seat.heardOf("hardware-answer").at(-1) ?? {};
    const decoder = createVideoDecoder(codec ?? "h264");
    for (const { data } of frames) expect(await decoder.decode(data)).toMatchObject({ width: 640, height: 480 });
    decoder.close();
    const keyframes = frames.flatMap(({ header }, index) => (header.keyframe ? [index] : []));
    expect(keyframes[0]).toBe(0);
    expect(keyframes.length).toBeGreaterThan(1);
    expect(frames.map(({ header }) => header.sequence)).toEqual(frames.map((_, index) => index));
    for (const { header } of frames)
      expect(header).toMatchObject({ kind: "camera", epoch: 0, config: header.keyframe });
    const times = frames.map(({ header }) => header.capturedAtMicros);
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1e6;
    expect((frames.length - 1) / seconds).toBeLessThan(16.5);
  });

  it("B-2 is shown as live, and one button stops it", async () => {
    const { page, seat } = await openLive();
    await lent(page, seat, CAMERA);
    await page.locator("#hardware-words", { hasText: "Camera in use" }).waitFor();
    await page.locator("#hardware-stop").click();
    await until("it has ended", () => answersOf(seat).at(-1) === "camera ended");
    expect(await page.locator("#hardware-live").isHidden()).toBe(true);
    await comesToRest(seat);
  });

  it("B-4 stops when the device is done with it", async () => {
    const { page, seat } = await openLive();
    await lent(page, seat, CAMERA);
    await until("a picture", () => seat.inputs.length > 0);
    seat.tell({ type: "hardware-done", kind: "camera" });
    await page.locator("#hardware-live").waitFor({ state: "hidden" });
    await comesToRest(seat);
    expect(answersOf(seat)).toEqual(["camera granted"]);
  });

  it("B-4 goes on after a reconnect as it was allowed, and asks again for more", async () => {
    const { edge, page, seat } = await openLive();
    await lent(page, seat, CAMERA);
    seat.drop();
    const next = await edge.seat(1);
    next.welcome();
    next.tell({ type: "hardware-ask", purpose: "Some app", want: CAMERA });
    await until("it is granted again", () => answersOf(next).at(-1) === "camera granted");
    await until("a picture", () => next.inputs.length > 0);
    expect(framesOf(next)[0]?.header.keyframe).toBe(true);
    await asked(page, next, { ...CAMERA, width: 1280, height: 720 });
    await comesToRest(next);
    expect(answersOf(next)).toEqual(["camera granted"]);
  });
});

describe("a microphone", () => {
  it("B-6 is lent as Opus packets of 20 ms that are heard", async () => {
    const { page, seat } = await openLive();
    await lent(page, seat, { kind: "microphone" });
    const decoder = createAudioDecoder();
    let loudest = 0;
    let decoded = 0;
    // The browser's test device beeps once a second.
    await until("a beep", async () => {
      for (const { header, data } of framesOf(seat).slice(decoded)) {
        const samples = await decoder.decode(data);
        expect(header).toMatchObject({ kind: "microphone", keyframe: true, sequence: decoded, epoch: 0 });
        expect(samples).toHaveLength(960);
        for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
        decoded += 1;
      }
      return loudest > 0.05;
    });
    decoder.close();
  });
});

describe("a place", () => {
  it("B-5 is told as soon as it is allowed, and again when it changes", async () => {
    const { page, seat } = await openLive({ geolocation: VIENNA, permissions: ["geolocation"] });
    await lent(page, seat, PLACES);
    await until("a place", () => seat.heardOf("location").length > 0);
    expect(seat.heardOf("location")[0]).toMatchObject({ latitude: 48.20817, longitude: 16.37382, accuracyM: 12 });
    await page.context().setGeolocation({ ...VIENNA, latitude: 47 });
    await until("the next place", () => seat.heardOf("location").at(-1)?.latitude === 47);
    expect(Math.abs((seat.heardOf("location").at(-1)?.at ?? 0) / 1_000 - Date.now())).toBeLessThan(60_000);
  });

  it("B-5 is not told again before the person has moved as far as is wanted", async () => {
    const { page, seat } = await openLive({ geolocation: VIENNA, permissions: ["geolocation"] });
    await lent(page, seat, { ...PLACES, kind: "location", intervalMs: 200, accuracy: "fine", distanceM: 1_000 });
    await until("a place", () => seat.heardOf("location").length > 0);
    for (const latitude of [48.209, 48.21, 48.3]) await page.context().setGeolocation({ ...VIENNA, latitude });
    await until("a place far away", () => seat.heardOf("location").at(-1)?.latitude === 48.3);
    expect(seat.heardOf("location")).toHaveLength(2);
  });

  it("B-2 that the browser is still looking for can be stopped, and does not come later", async () => {
    const { page, seat } = await openLive({ permissions: ["geolocation"] });
    await asked(page, seat, PLACES);
    await page.locator("#hardware-allow").click();
    await page.locator("#hardware-words", { hasText: "Location being opened" }).waitFor();
    await page.locator("#hardware-stop").click();
    await until("it has ended", () => answersOf(seat).at(-1) === "location ended");
    await page.context().setGeolocation(VIENNA);
    await lent(page, seat, PLACES);
    await until("a place", () => seat.heardOf("location").length > 0);
    expect(answersOf(seat)).toEqual(["location ended", "location granted"]);
  });

  it("B-2 that the browser refuses is denied, with words", async () => {
    const { page, seat } = await openLive({ permissions: [] });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Browser.setPermission", { permission: { name: "geolocation" }, setting: "denied" });
    await asked(page, seat, PLACES);
    await page.locator("#hardware-allow").click();
    await until("it is denied", () => answersOf(seat).at(-1) === "location denied");
    await page.locator("#toast-words", { hasText: "the browser did not allow it" }).waitFor();
  });
});

describe("motion", () => {
  it("B-5 is how the browser's device is held", async () => {
    const { page, seat } = await openLive();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("DeviceOrientation.setDeviceOrientationOverride", { alpha: 10, beta: 30, gamma: -20 });
    await lent(page, seat, { kind: "motion", rateHz: 30 });
    await until("an orientation", () => seat.heardOf("motion").at(-1)?.orientation?.beta === 30);
    await devtools.send("DeviceOrientation.setDeviceOrientationOverride", { alpha: 10, beta: -45, gamma: 60 });
    await until("another", () => seat.heardOf("motion").at(-1)?.orientation?.beta === -45);
    expect(seat.heardOf("motion").at(-1)?.orientation).toEqual({ alpha: 10, beta: -45, gamma: 60 });
  });
});

describe("a page that is put aside", () => {
  it("B-1 lends nothing, and goes on when its person says so", async () => {
    const { page, seat } = await openLive();
    await lent(page, seat, CAMERA);
    // A browser without a window hides no page; to those that it freezes it says so by this.
    await page.evaluate(() => document.dispatchEvent(new Event("freeze")));
    await until("it has ended", () => answersOf(seat).at(-1) === "camera ended");
    await page.locator("#hardware-words", { hasText: "Camera paused" }).waitFor();
    await comesToRest(seat);
    await page.locator("#hardware-resume").click();
    await until("it is granted again", () => answersOf(seat).at(-1) === "camera granted");
    const before = seat.inputs.length;
    await until("a picture", () => seat.inputs.length > before);
    expect(framesOf(seat)[before]?.header.keyframe).toBe(true);
  });
});
