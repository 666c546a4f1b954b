import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { BuiltPages } from "../support/built-pages.ts";
import { FakeEdge } from "../support/fake-edge.ts";
import { BROWSER_TEST_TIMEOUT_MS, GRANT, saysOver } from "./browser-world.ts";

const INSECURE_HOST = "phone.test";

let pages: BuiltPages;
let edge: FakeEdge;
let browser: Browser;

vi.setConfig({ testTimeout: BROWSER_TEST_TIMEOUT_MS });

beforeAll(async () => {
  [pages, browser] = await Promise.all([
    BuiltPages.build(),
    openBrowser(`--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`),
  ]);
  edge = await FakeEdge.start(pages);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await edge?.stop();
  await pages?.remove();
});

test("a browser without WebCodecs is told which have it, and spends no link", async () => {
  const page = await browser.newPage();
  // As in Firefox for Android, which has everything but this.
  await page.addInitScript("delete globalThis.VideoDecoder");
  await page.goto(`${edge.origin}/s#${GRANT}`);
  await saysOver(page, "This browser cannot show the device");
  expect(edge.redeemed).toEqual([]);
});

test("on an address without https it is said that https is needed, and no link is spent", async () => {
  const page = await browser.newPage();
  await page.goto(`http://${INSECURE_HOST}:${edge.port}/s#${GRANT}`);
  await saysOver(page, "This page needs a secure address");
  expect(edge.redeemed).toEqual([]);
});
