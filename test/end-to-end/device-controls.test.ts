import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../web-client/element.ts";
import { Rig } from "../origin-agent/device/android/rig.ts";
import type { AndroidDevice } from "../support/android-device/index.ts";
import { openBrowser } from "../support/browser.ts";
import { colourAt, openPhone, statsOf } from "../support/phone-page.ts";
import { Stack } from "../support/stack.ts";
import { until } from "../support/until.ts";
import { serveRig } from "./serve-rig.ts";

const HOST = "android-rack";

let stack: Stack;
let browser: Browser;
let rig: Rig;
let android: AndroidDevice;
let demoHost: string;

beforeAll(async () => {
  [stack, browser, rig] = await Promise.all([Stack.start("--device", "demo"), openBrowser(), Rig.start()]);
  android = await rig.phone();
  await rig.adb.connect(android.serial);
  await serveRig(stack, rig, { host: HOST, devices: 1, limitMs: 60_000 });
  const known = await (await stack.api("GET", "/api/v1/devices?region=local")).json();
  const { devices }: { devices: { host: string; device: { id: string } }[] } = known;
  demoHost = devices.find(({ host }) => host !== HOST)?.host ?? "";
}, 120_000);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") console.log(rig.log.slice(-10), android.record.events.slice(-10));
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    const session = await page.evaluate(() => document.querySelector("nearglass-view")?.session?.id);
    if (session !== undefined) await stack.api("DELETE", `/api/v1/sessions/${session}`);
  }
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  await browser?.close();
  await rig?.stop();
  expect(await stack?.stop()).toBe(0);
});

/** What is the same of every phone, and how each shows it. */
interface Phone {
  readonly device: () => string;
  readonly notes: string;
  readonly isBlack: (page: Page) => Promise<boolean>;
  readonly showsNotes: (page: Page) => Promise<boolean>;
  readonly quieter: (page: Page) => Promise<boolean>;
  /** Something else than the app comes to the front. */
  readonly leave: (page: Page) => Promise<void>;
}

/** Of the demo phone's pages, and of nothing else that it shows at its upper edge. */
const PAGE_COLOUR = [244, 245, 250];
const BAR_PLACE = { x: 666, y: 450 };

async function isNear(page: Page, place: { x: number; y: number }, wanted: readonly number[]): Promise<boolean> {
  const colour = await colourAt(page, place);
  return colour.every((value, channel) => Math.abs(value - (wanted[channel] ?? 0)) < 16);
}

async function press(page: Page, button: "back" | "home"): Promise<void> {
  await page.evaluate((name) => document.querySelector("nearglass-view")?.session?.press(name), button);
}

const PHONES: Readonly<Record<string, Phone>> = {
  "an Android phone": {
    device: () => `${HOST}/${android.serial}`,
    notes: "org.example.notes",
    isBlack: async () => !android.screen.on,
    showsNotes: async () => android.screen.app === "org.example.notes",
    quieter: async () => android.record.messages("keycode").some(({ keycode }) => keycode === 25),
    leave: async () => void android.android.startApp("org.example.maps", android.screen, false),
  },
  "the demo phone": {
    device: () => `${demoHost}/demo-1`,
    notes: "notes",
    isBlack: (page) => isNear(page, { x: 360, y: 640 }, [0, 0, 0]),
    showsNotes: (page) => isNear(page, { x: 8, y: 100 }, PAGE_COLOUR),
    quieter: async (page) => !(await isNear(page, BAR_PLACE, [255, 255, 255])),
    leave: (page) => press(page, "back"),
  },
};

async function open(phone: Phone, more: object = {}): Promise<Page> {
  const answer = await stack.api("POST", "/api/v1/links", { device: phone.device(), ...more });
  const { url }: { url: string } = await answer.json();
  const page = await openPhone(await browser.newContext(), url);
  await until("the right to steer", () =>
    page.evaluate(() => document.querySelector("nearglass-view")?.session?.lease.mine === true),
  );
  android.record.clear();
  return page;
}

async function order(page: Page, name: string): Promise<void> {
  const panel = page.locator("#device");
  if (!(await panel.isVisible())) await page.locator("#apps").click();
  await panel.getByRole("button", { name, exact: true }).click();
}

describe.each(Object.entries(PHONES))("%s", (_name, phone) => {
  it("is turned, made quieter, put to sleep and woken, and opens an app, by the buttons of the page", async () => {
    const page = await open(phone);
    await order(page, "Turn it");
    await until("a picture on its side", async () => (await statsOf(page)).width === 1280);
    await order(page, "Turn it");
    await until("an upright picture", async () => (await statsOf(page)).width === 720);
    expect(await phone.showsNotes(page)).toBe(false);
    await order(page, "Notes");
    await until("the app", () => phone.showsNotes(page));
    await order(page, "Quieter");
    await until("less sound", () => phone.quieter(page));
    await order(page, "Screen off");
    await until("a dark screen", () => phone.isBlack(page));
    await order(page, "Screen on");
    await until("a screen", async () => !(await phone.isBlack(page)));
  });

  it("S-14 is opened by a link for one app, which comes back when it is left, and names no other", async () => {
    const page = await open(phone, { app: phone.notes });
    await until("the app", () => phone.showsNotes(page));
    expect(await page.locator("#home").getAttribute("title")).toBe("This session shows one app only");
    expect(await page.locator("#home").isDisabled()).toBe(true);
    await page.locator("#apps").click();
    expect(await page.locator("#app-list button").allTextContents()).toEqual(["Notes"]);
    await press(page, "home");
    await phone.leave(page);
    await until("that it comes back", () => phone.showsNotes(page));
  });

  it("S-14 is not opened for an app that it does not have", async () => {
    const answer = await stack.api("POST", "/api/v1/links", { device: phone.device(), app: "org.example.nowhere" });
    const { url }: { url: string } = await answer.json();
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    await page.getByText("No device is free").waitFor();
  });
});
