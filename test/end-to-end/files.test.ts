import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../web-client/element.ts";
import { Rig } from "../origin-agent/device/android/rig.ts";
import type { AndroidDevice } from "../support/android-device/index.ts";
import { openBrowser } from "../support/browser.ts";
import { openPhone, statsOf } from "../support/phone-page.ts";
import { Stack } from "../support/stack.ts";
import { until } from "../support/until.ts";
import { serveRig } from "./serve-rig.ts";

const HOST = "files-rack";
const KINDS = ["demo", "android"] as const;
type Kind = (typeof KINDS)[number];
const ALLOW = { effect: "allow" };

let stack: Stack;
let browser: Browser;
let rig: Rig;
let phone: AndroidDevice;
const devices: Partial<Record<Kind, string>> = {};

beforeAll(async () => {
  [stack, browser, rig] = await Promise.all([Stack.start("--device", "demo:files"), openBrowser(), Rig.start()]);
  phone = await rig.phone();
  await rig.adb.connect(phone.serial);
  await serveRig(stack, rig, { host: HOST, devices: 1, limitMs: 30_000 });
  const answer = await stack.api("GET", "/api/v1/devices?region=local");
  const { devices: known }: { devices: { host: string; device: { id: string } }[] } = await answer.json();
  const demo = known.find(({ host }) => host !== HOST);
  devices.demo = `${demo?.host}/${demo?.device.id ?? "demo-1"}`;
  devices.android = `${HOST}/${phone.serial}`;
  // Whoever comes by a link alone moves no files, unless a policy says so.
  const policy = { name: "Files", binding: { to: "tenant" }, capabilities: { "file-up": ALLOW, "file-down": ALLOW } };
  expect((await stack.api("POST", "/api/v1/tenant/policies", policy)).status).toBe(201);
}, 120_000);

afterEach(async ({ task }) => {
  for (const [index, page] of browser
    .contexts()
    .flatMap((context) => context.pages())
    .entries())
    if (task.result?.state === "fail") await page.screenshot({ path: `test-results/failed files ${index}.png` });
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  await browser?.close();
  await rig?.stop();
  expect(await stack?.stop()).toBe(0);
});

/** All who open a device's link meet in one session. */
const links = new Map<Kind, Promise<string>>();

async function open(kind: Kind, viewport = { width: 420, height: 800 }): Promise<Page> {
  const wish = { device: devices[kind], shared: true };
  const link =
    links.get(kind) ??
    stack
      .api("POST", "/api/v1/links", wish)
      .then((answer) => answer.json())
      .then(({ url }: { url: string }) => url);
  links.set(kind, link);
  const page = await openPhone(await browser.newContext({ viewport, acceptDownloads: true }), await link);
  await page.locator("#files").click();
  return page;
}

function line(page: Page, list: "#files-moving" | "#files-list", name: string) {
  return page.locator(`${list} li`, { has: page.getByText(name, { exact: true }) });
}

async function choose(page: Page, ...files: { readonly name: string; readonly bytes: Buffer }[]): Promise<void> {
  const chosen = files.map(({ name, bytes }) => ({ name, mimeType: "application/octet-stream", buffer: bytes }));
  await page.locator("#files-input").setInputFiles(chosen);
}

async function saved(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent("download");
  await line(page, "#files-list", name).getByRole("button").click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe(name);
  return await readFile(await download.path());
}

describe.each(KINDS)("files of the %s phone", (kind) => {
  it("U-1 several that are chosen go to it one after the other, and come back as they were", async () => {
    const page = await open(kind);
    const files = ["one.bin", "it's $(two).txt", "三.bin"].map((name, index) => ({
      name,
      bytes: randomBytes(index * 700_000 + 5),
    }));
    await choose(page, ...files);
    for (const { name } of files) {
      await line(page, "#files-moving", name).getByText(/sent$/).waitFor();
      await line(page, "#files-list", name).waitFor();
    }
    for (const { name, bytes } of files) expect(Buffer.compare(await saved(page, name), bytes)).toBe(0);
    await page.screenshot({ path: `test-results/files-${kind}.png` });
  });

  it("U-7 one goes on where it was when its connection is lost in the middle", async () => {
    const page = await open(kind);
    const bytes = randomBytes(12 * 1024 * 1024);
    await choose(page, { name: "large.bin", bytes });
    const moved = () =>
      page.evaluate(() => document.querySelector("nearglass-view")?.session?.transfers.at(-1)?.moved ?? 0);
    await until("the first of it", async () => (await moved()) > 1_000_000);
    await page.context().setOffline(true);
    const before = await moved();
    await line(page, "#files-moving", "large.bin")
      .getByText(/trying again$/)
      .waitFor();
    await page.context().setOffline(false);
    await until("more of it", async () => (await moved()) > before);
    await line(page, "#files-moving", "large.bin").getByText(/sent$/).waitFor();
    expect(before).toBeLessThan(bytes.length);
    expect(Buffer.compare(await saved(page, "large.bin"), bytes)).toBe(0);
  });

  it("U-7 one that is cancelled leaves nothing, and the next one goes", async () => {
    const page = await open(kind);
    await choose(
      page,
      { name: "cancelled.bin", bytes: randomBytes(12 * 1024 * 1024) },
      { name: "next.bin", bytes: randomBytes(10) },
    );
    await line(page, "#files-moving", "cancelled.bin").getByRole("button").click();
    await line(page, "#files-moving", "cancelled.bin").getByText("Cancelled", { exact: true }).waitFor();
    await line(page, "#files-moving", "next.bin").getByText(/sent$/).waitFor();
    await line(page, "#files-list", "next.bin").waitFor();
    expect(await line(page, "#files-list", "cancelled.bin").count()).toBe(0);
  });

  it("pictures go on while one is on its way, and it is dropped on them, on a page of 320 pixels", async () => {
    const page = await open(kind, { width: 320, height: 568 });
    const paintedBefore = (await statsOf(page)).framesPainted;
    await page.evaluate(() => {
      const dropped = new DataTransfer();
      dropped.items.add(new File([new Uint8Array(6_000_000)], "dropped.bin"));
      for (const type of ["dragover", "drop"]) {
        const options = { dataTransfer: dropped, bubbles: true, cancelable: true };
        document.querySelector("nearglass-view")?.dispatchEvent(new DragEvent(type, options));
      }
    });
    if (kind === "android") phone.screen.animate(30);
    await line(page, "#files-moving", "dropped.bin").getByText(/sent$/).waitFor();
    await until("pictures", async () => (await statsOf(page)).framesPainted > paintedBefore);
    if (kind === "android") phone.screen.animate(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    const bar = await page.locator("#connection").boundingBox();
    expect((bar?.x ?? 0) + (bar?.width ?? 0)).toBeLessThanOrEqual(320);
    await page.screenshot({ path: `test-results/files-${kind}-320.png` });
  });
});

it("an app is installed where the device does that, and refused in its words when it is none", async () => {
  const page = await open("android");
  phone.record.clear();
  const app = Buffer.concat([Buffer.from("PK\u0003\u0004 package=org.example.sent\n"), randomBytes(300_000)]);
  await choose(page, { name: "sent.apk", bytes: app }, { name: "none.apk", bytes: randomBytes(1_000) });
  await line(page, "#files-moving", "sent.apk").getByText("Installed").waitFor();
  await line(page, "#files-moving", "none.apk")
    .getByText(/did not install it. \(INSTALL_PARSE_FAILED_NOT_APK\)/)
    .waitFor();
  expect(phone.record.of("install")).toEqual([{ kind: "install", name: "org.example.sent", bytes: app.length }]);
});

it("a device that is full says so", async () => {
  const page = await open("android");
  phone.android.files.roomBytes = 2_000_000;
  await choose(page, { name: "too-much.bin", bytes: randomBytes(4_000_000) });
  await line(page, "#files-moving", "too-much.bin").getByText("The device has no room left.").waitFor();
  phone.android.files.roomBytes = Number.POSITIVE_INFINITY;
});
