import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type {} from "../../web-client/element.ts";
import { Rig } from "../origin-agent/device/android/rig.ts";
import { type AndroidDevice, FINGER_COLOURS } from "../support/android-device/index.ts";
import { openBrowser } from "../support/browser.ts";
import { colourAt, onPage, openPhone, type Place, statsOf } from "../support/phone-page.ts";
import { Stack } from "../support/stack.ts";
import { until } from "../support/until.ts";
import { serveRig } from "./serve-rig.ts";

const HOST = "android-rack";
/** Coded colours are near to those that were drawn. */
const NEAR = 40;

let stack: Stack;
let browser: Browser;
let rig: Rig;
let phone: AndroidDevice;

beforeAll(async () => {
  [stack, browser, rig] = await Promise.all([Stack.start(), openBrowser(), Rig.start()]);
  phone = await rig.phone();
  await rig.adb.connect(phone.serial);
  await serveRig(stack, rig, { host: HOST, devices: 1, limitMs: 30_000 });
}, 120_000);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") console.log(rig.log.slice(-10), phone.record.events.slice(-10));
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  await browser?.close();
  await rig?.stop();
  expect(await stack?.stop()).toBe(0);
});

/** All who open it meet in one session. */
let link: Promise<string> | undefined;

async function open(): Promise<Page> {
  link ??= stack
    .api("POST", "/api/v1/links", { device: `${HOST}/${phone.serial}`, shared: true })
    .then((answer) => answer.json())
    .then(({ url }: { url: string }) => url);
  const page = await openPhone(await browser.newContext({ hasTouch: true }), await link);
  await until("the right to steer", () =>
    page.evaluate(() => {
      const session = document.querySelector("nearglass-view")?.session;
      if (session?.lease.mine === true) return true;
      session?.requestLease();
      return false;
    }),
  );
  phone.record.clear();
  return page;
}

async function isNear(page: Page, place: Place, colour: readonly number[]): Promise<boolean> {
  const seen = await colourAt(page, place);
  return seen.every((value, channel) => Math.abs(value - (colour[channel] ?? 0)) < NEAR);
}

it("an Android phone is opened by a link, and touched with two fingers where they are seen", async () => {
  const page = await open();
  expect(await statsOf(page)).toMatchObject({ state: "live", width: 720, height: 1280 });
  const places: readonly Place[] = [
    { x: 200, y: 500 },
    { x: 500, y: 800 },
  ];
  const points = await Promise.all(places.map((place) => onPage(page, place)));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Input.dispatchTouchEvent", {
    type: "touchStart",
    touchPoints: points.map((point, id) => ({ ...point, id })),
  });
  for (const [index, place] of places.entries()) {
    await until(`the mark of finger ${index}`, () => isNear(page, place, FINGER_COLOURS[index] ?? []));
  }
  await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await until("both lifts", () => phone.record.messages("touch").filter(({ action }) => action === 1).length === 2);
});

it("an Android phone is typed on in Chinese with an emoji, and shares its clipboard", async () => {
  const page = await open();
  const copied = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.querySelector("nearglass-view")?.session?.on("clipboard", resolve);
      }),
  );
  await page.evaluate(() => document.querySelector("nearglass-view")?.session?.sendText("你好 👋🏽"));
  await page.evaluate(() => document.querySelector("nearglass-view")?.session?.sendText(" done"));
  await until("the text", () => phone.record.text.endsWith("done"));
  expect(phone.record.text).toBe("你好 👋🏽 done");
  phone.copy("from the phone 📱");
  expect(await copied).toBe("from the phone 📱");
});

it("an Android phone is turned, heard, and opens an app of its list", async () => {
  const page = await open();
  phone.screen.rotate();
  await until("a picture on its side", async () => (await statsOf(page)).width === 1280);
  phone.screen.rotate();
  await until("an upright picture", async () => (await statsOf(page)).width === 720);
  await page.mouse.click(5, 5);
  await until("sound", async () => (await statsOf(page)).audioPacketsReceived > 10);
  await page.evaluate(() => document.querySelector("nearglass-view")?.session?.openApp("org.example.notes"));
  await until("the app", () => phone.screen.app === "org.example.notes");
  await page.evaluate(() => document.querySelector("nearglass-view")?.session?.press("home"));
  await until("the home screen", () => phone.screen.app !== "org.example.notes");
});
