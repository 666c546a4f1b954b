import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import type { SessionStats } from "../../web-client/sdk/index.ts";
import { openBrowser } from "../support/browser.ts";
import { BuiltPages } from "../support/built-pages.ts";
import { FakeEdge } from "../support/fake-edge.ts";
import type { FakeSeat } from "../support/fake-seat.ts";
import { type Colour, encodeColours } from "../support/painted-pictures.ts";
import { until } from "../support/until.ts";

export const GRANT = "head.claims.signature";
export const RED: Colour = [200, 30, 30];
export const GREEN: Colour = [30, 200, 30];
export const BLUE: Colour = [30, 30, 200];
/** Fits 20 times into a window of 1280x800 less the bar, as 450x800. */
export const TALL = { width: 180, height: 320 };
export const WIDE = { width: 320, height: 180 };

/** A browser on a busy machine is slow; what a test waits for has a shorter deadline of its own. */
export const BROWSER_TEST_TIMEOUT_MS = 30_000;

/** A real browser with the real pages, and an edge for each test. Called once in a test file, with the browser's own flags. */
export function browserWorld(...flags: readonly string[]) {
  let pages: BuiltPages;
  let browser: Browser;
  const edges: FakeEdge[] = [];
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  vi.setConfig({ testTimeout: BROWSER_TEST_TIMEOUT_MS });

  beforeAll(async () => {
    [pages, browser] = await Promise.all([BuiltPages.build(), openBrowser(...flags)]);
  }, 60_000);

  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    for (const edge of edges.splice(0)) await edge.stop();
    // A policy that is broken, or an error that nobody caught.
    expect(complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await pages?.remove();
  });

  async function startEdge(): Promise<FakeEdge> {
    const edge = await FakeEdge.start(pages);
    edges.push(edge);
    return edge;
  }

  async function openPage(edge: FakeEdge, options: BrowserContextOptions = {}, path = `/s#${GRANT}`): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    contexts.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      // Answers that are refusals are logged by the browser itself.
      const expected = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !expected) complaints.push(message.text());
    });
    await page.goto(`${edge.origin}${path}`);
    return page;
  }

  /** A page with its seat, welcomed and showing a red picture of geometry 1. */
  async function openLive(options: BrowserContextOptions = {}, welcome: Parameters<FakeSeat["welcome"]>[0] = {}) {
    const edge = await startEdge();
    const page = await openPage(edge, options);
    const seat = await edge.seat();
    seat.welcome(welcome);
    const [red] = await encodeColours(TALL, [RED]);
    if (red === undefined) throw new Error("nothing was encoded");
    seat.frame({ sequence: 1, keyframe: true }, red.data);
    await showsColour(page, RED);
    return { edge, page, seat };
  }

  return { startEdge, openPage, openLive };
}

export async function statsOf(page: Page): Promise<SessionStats> {
  const stats = await page.evaluate(() => document.querySelector("nearglass-view")?.session?.stats());
  if (stats === undefined) throw new Error("the page has no session");
  return stats;
}

/** The colour in the middle of the picture, as another script of the page could read it. */
async function middleColour(page: Page): Promise<Colour> {
  return await page.evaluate(() => {
    const canvas = document.querySelector("nearglass-view")?.canvas;
    const copy = new OffscreenCanvas(1, 1).getContext("2d");
    if (canvas === undefined || copy === null) throw new Error("there is nothing to copy from");
    copy.drawImage(canvas, canvas.width / 2, canvas.height / 2, 1, 1, 0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = copy.getImageData(0, 0, 1, 1).data;
    return [red, green, blue];
  });
}

/** H.264 rounds colours a little. */
const COLOUR_TOLERANCE = 12;

export async function showsColour(page: Page, wanted: Colour): Promise<void> {
  await until(`the picture is ${wanted.join(", ")}`, async () => {
    const colour = await middleColour(page);
    return wanted.every((part, index) => Math.abs(part - (colour[index] ?? 0)) <= COLOUR_TOLERANCE);
  });
}

/** The words over the picture; undefined while the picture speaks for itself. */
export async function wordsOver(page: Page): Promise<string | undefined> {
  return await page.evaluate(() => {
    const veil = document.querySelector("nearglass-view")?.shadowRoot?.querySelector(".veil");
    return veil?.hasAttribute("data-shown") ? (veil.querySelector("h2")?.textContent ?? "") : undefined;
  });
}

export async function saysOver(page: Page, words: string | undefined): Promise<void> {
  let last: string | undefined;
  await until(`the words "${words}"`, async () => {
    last = await wordsOver(page);
    return last === words;
  }).catch((error: unknown) => {
    throw new Error(`it says "${last}"`, { cause: error });
  });
}
