import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { HardwareKind } from "#protocol";
import type {} from "../../web-client/element.ts";
import { openBrowser } from "../support/browser.ts";
import { colourAt, openPhone, type Place, statsOf, tap } from "../support/phone-page.ts";
import { Stack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const APPS = ["location", "motion", "camera", "microphone"] as const satisfies readonly HardwareKind[];
const VIENNA = { latitude: 48.20817, longitude: 16.37382, accuracy: 12 };
/** Where the apps show what they were lent, in pixels of the phone's picture. */
const MAP_POINT: Place = { x: 360, y: 676 };
const CAMERA_PICTURE: Place = { x: 360, y: 676 };
/** The bubble when the phone lies flat, and when it is held at 45 degrees. */
const FLAT: Place = { x: 360, y: 650 };
const UPRIGHT: Place = { x: 360, y: 450 };
/** In every bar of the meter. */
const BARS: readonly Place[] = Array.from({ length: 24 }, (_, bar) => ({ x: 42 + Math.round(bar * 27.6), y: 740 }));
/** On the card of an app whose loan is over, beside its words. */
const CARD: Place = { x: 80, y: 600 };
const ASK_AGAIN: Place = { x: 360, y: 830 };

let stack: Stack;
let browser: Browser;
let host: string;

beforeAll(async () => {
  const devices = APPS.flatMap((app) => ["--device", `demo:${app}`]);
  const flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  [stack, browser] = await Promise.all([Stack.start(...devices), openBrowser(...flags)]);
  const { devices: known }: { devices: { host: string }[] } = await (
    await stack.api("GET", "/api/v1/devices?region=local")
  ).json();
  host = known[0]?.host ?? "";
}, 120_000);

/** A phone is free for the next test once its session is ended. */
afterEach(async ({ task }) => {
  for (const [index, page] of browser
    .contexts()
    .flatMap((context) => context.pages())
    .entries()) {
    if (task.result?.state === "fail") await page.screenshot({ path: `test-results/failed ${task.name} ${index}.png` });
    const session = await page.evaluate(
      () => /\w+-[0-9a-f]{8}-[0-9a-f-]{27}/.exec(JSON.stringify(sessionStorage))?.[0],
    );
    if (session !== undefined) await stack.api("DELETE", `/api/v1/sessions/${session}`);
  }
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  await browser?.close();
  expect(await stack?.stop()).toBe(0);
});

async function open(app: HardwareKind, more: object = {}): Promise<Page> {
  const device = `${host}/demo-${APPS.indexOf(app) + 1}`;
  const answer = await stack.api("POST", "/api/v1/links", { device, ...more });
  const { url }: { url: string } = await answer.json();
  // Whatever is not named is refused by then.
  const permissions = app === "location" ? { permissions: ["geolocation"] } : {};
  const context = await browser.newContext({ geolocation: VIENNA, ...permissions });
  return await openPhone(context, new URL(url));
}

/** The page asks for what the app on the phone wants, and the person allows it. */
async function allow(page: Page, app: HardwareKind): Promise<void> {
  await page.locator("#hardware-title", { hasText: `wants to use your ${app}` }).waitFor();
  await page.locator("#hardware-allow").click();
  await page.locator("#hardware-words", { hasText: "in use" }).waitFor();
}

async function shows(
  page: Page,
  what: string,
  place: Place,
  fits: (red: number, green: number, blue: number) => boolean,
): Promise<void> {
  await until(what, async () => {
    const [red = 0, green = 0, blue = 0] = await colourAt(page, place);
    return fits(red, green, blue);
  });
}

const isAccent = (red: number, green: number, blue: number) => blue > 200 && red < 110 && green < 140;
const isBubble = (red: number, green: number) => red < 80 && green > 120;

async function litBars(page: Page): Promise<number> {
  const colours = await Promise.all(BARS.map((bar) => colourAt(page, bar)));
  return colours.filter(([red = 0, , blue = 0]) => blue < 140 || red > blue + 60).length;
}

async function hold(devtools: CDPSession, beta: number): Promise<void> {
  await devtools.send("DeviceOrientation.setDeviceOrientationOverride", { alpha: 0, beta, gamma: 0 });
}

describe("what a person lends to the phone", () => {
  it("B-5 is the place where they are, on its map", async () => {
    const page = await open("location");
    await allow(page, "location");
    await shows(page, "the point on the map", MAP_POINT, isAccent);
  });

  it("B-5 is how they hold their device, on its level", async () => {
    const page = await open("motion");
    const devtools = await page.context().newCDPSession(page);
    await hold(devtools, 0);
    await allow(page, "motion");
    await shows(page, "the bubble in the middle", FLAT, isBubble);
    await hold(devtools, 45);
    await shows(page, "the bubble at the edge", UPRIGHT, isBubble);
  });

  it("B-6 is the picture of their camera", async () => {
    const page = await open("camera");
    await allow(page, "camera");
    // The browser's test camera sees a green field.
    await shows(page, "the camera's picture", CAMERA_PICTURE, (red, green) => green > 100 && red < green / 2);
    const before = (await statsOf(page)).framesPainted;
    await until("pictures that go on", async () => (await statsOf(page)).framesPainted > before + 20);
    await page.screenshot({ path: "test-results/lent-camera.png" });
  });

  it("B-6 is what their microphone hears, on its meter", async () => {
    const page = await open("microphone");
    await allow(page, "microphone");
    let [least, most] = [BARS.length, 0];
    // The browser's test microphone beeps, and is silent between.
    await until("a meter that moves", async () => {
      const lit = await litBars(page);
      [least, most] = [Math.min(least, lit), Math.max(most, lit)];
      return most - least >= 4;
    });
  });
});

it("B-2 one button stops it, for the phone as well, which may ask again", async () => {
  const page = await open("camera");
  await allow(page, "camera");
  await shows(page, "the camera's picture", CAMERA_PICTURE, (red, green) => green > 100 && red < green / 2);
  await page.locator("#hardware-stop").click();
  await shows(page, "the app's page for a loan that is over", CARD, (red, _green, blue) => red > 240 && blue > 240);
  await until("the question, asked again", async () => {
    await tap(page, ASK_AGAIN);
    return await page.locator("#hardware-ask").isVisible();
  });
});

it("B-1 a seat without the right is never asked", async () => {
  const page = await open("camera", { rights: ["view", "touch", "keyboard"] });
  // The app says by itself that it is not allowed, and offers to ask again: with that the edge has answered.
  const isOver = (red: number, _green: number, blue: number) => blue > 230 && red < 240;
  await shows(page, "the button to ask again", { x: 260, y: 830 }, isOver);
  expect(await page.locator("#hardware-ask").isHidden()).toBe(true);
});
