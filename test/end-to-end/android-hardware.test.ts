import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { HardwareKind } from "#protocol";
import type {} from "../../web-client/element.ts";
import { Rig } from "../origin-agent/device/android/rig.ts";
import type { AndroidDevice } from "../support/android-device/index.ts";
import { openBrowser } from "../support/browser.ts";
import { EmulatorConsole } from "../support/emulator-console.ts";
import { Fifo, Pieces } from "../support/fifo.ts";
import { openPhone } from "../support/phone-page.ts";
import { Stack } from "../support/stack.ts";
import { until } from "../support/until.ts";
import { serveRig } from "./serve-rig.ts";

const HOST = "lending-rack";
const TOKEN = "secretToken1";
const VIENNA = { latitude: 48.20817, longitude: 16.37382, accuracy: 12 };
const CAMERA = { width: 640, height: 480, frameRate: 15 } as const;
const PICTURE_BYTES = (CAMERA.width * CAMERA.height * 3) / 2;

let stack: Stack;
let browser: Browser;
let rig: Rig;
let phone: AndroidDevice;
let emulator: { readonly phone: AndroidDevice; readonly serial: string; readonly console: EmulatorConsole };
let camera: Fifo;
let microphone: Fifo;

beforeAll(async () => {
  const flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  [stack, browser, rig] = await Promise.all([Stack.start(), openBrowser(...flags), Rig.start()]);
  [camera, microphone] = await Promise.all([Fifo.make(), Fifo.make()]);
  for (const fifo of [camera, microphone]) rig.atEnd(() => fifo.remove());
  phone = await rig.phone();
  await rig.adb.connect(phone.serial);
  const { consolePort, ...second } = await rig.emulator();
  const console = await EmulatorConsole.start({ port: consolePort, token: TOKEN });
  rig.atEnd(() => console.stop());
  emulator = { ...second, console };
  const hardware = {
    cameras: new Map([[phone.serial, { ...CAMERA, path: camera.path }]]),
    microphones: new Map([[phone.serial, microphone.path]]),
    consoleToken: async () => TOKEN,
  };
  await serveRig(stack, rig, { host: HOST, devices: 2, limitMs: 30_000, source: rig.source({ hardware }) });
}, 120_000);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    console.log(rig.log.slice(-10), phone.record.events.slice(-10), emulator.console.commands.slice(-10));
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  await browser?.close();
  await rig?.stop();
  expect(await stack?.stop()).toBe(0);
});

/** In a session of its own, whose page is asked first for what Android's apps want. */
async function open(serial: string, place = false): Promise<Page> {
  const answer = await stack.api("POST", "/api/v1/links", { device: `${HOST}/${serial}` });
  const { url }: { url: string } = await answer.json();
  // Whatever is not named is refused by then.
  const context = await browser.newContext(place ? { geolocation: VIENNA, permissions: ["geolocation"] } : {});
  return await openPhone(context, url);
}

/** The page asks in the name of who wants it, and the person allows it. */
async function allow(page: Page, kind: HardwareKind, purpose: string): Promise<void> {
  await page.locator("#hardware-title", { hasText: `“${purpose}” wants to use your ${kind}` }).waitFor();
  await page.locator("#hardware-allow").click();
}

it("B-5 B-6 an Android phone is lent the place, the camera and the microphone of who steers it", async () => {
  const page = await open(phone.serial, true);

  const end = phone.requestLocation({
    provider: "fused",
    intervalMs: 1_000,
    distanceMetres: 0,
    app: "org.example.maps",
  });
  await allow(page, "location", "Maps");
  const { latitude, longitude } = VIENNA;
  await until("the place", () => phone.android.location.fix("fused") !== undefined);
  expect(phone.android.location.fix("fused")).toMatchObject({ latitude, longitude });
  end();
  await until("the device's own places", () => !phone.android.location.isTest("fused"));

  const film = camera.read();
  await allow(page, "camera", "Camera");
  const pieces = new Pieces(film, PICTURE_BYTES);
  // The browser's test camera sees a green field: little of both chromas.
  await until("pictures of the camera", () => {
    const [picture] = pieces.take().slice(-1);
    const middle = CAMERA.width * CAMERA.height + (CAMERA.width / 2) * (CAMERA.height / 4) + CAMERA.width / 4;
    const [blue = 128, red = 128] = [picture?.[middle], picture?.[middle + PICTURE_BYTES / 6]];
    return blue < 100 && red < 100;
  });
  film.close();

  const sound = microphone.read();
  await allow(page, "microphone", "Microphone");
  // The browser's test microphone beeps.
  await until("its sound", () => {
    const bytes = Buffer.from(sound.take());
    return Array.from({ length: bytes.length >> 1 }, (_, at) => bytes.readInt16LE(2 * at)).some((v) => v > 3_000);
  });
  sound.close();
  await page.locator("#hardware-words", { hasText: "in use" }).waitFor({ state: "hidden" });
});

it("B-5 an Android Emulator moves as whoever steers it does", async () => {
  const page = await open(emulator.serial);
  const devtools = await page.context().newCDPSession(page);
  await hold(devtools, 0);
  const listener = { app: "org.example.notes", sensor: "Goldfish 3-axis Accelerometer" };
  const end = emulator.phone.listenToSensor(listener);
  await allow(page, "motion", "Notes");
  const lies = (how: string) => emulator.console.last("sensor set acceleration") === `sensor set acceleration ${how}`;
  await until("that it lies flat", () => lies("0.0000:0.0000:9.8100"));
  await hold(devtools, 90);
  await until("that it stands", () => lies("0.0000:9.8100:0.0000"));
  end();
  await until("that it lies as by itself", () => lies("0.0000:0.0000:9.8100"));
});

async function hold(devtools: CDPSession, beta: number): Promise<void> {
  await devtools.send("DeviceOrientation.setDeviceOrientationOverride", { alpha: 0, beta, gamma: 0 });
}
