import type { Browser, BrowserContext, Page } from "playwright-core";
import type {} from "../../web-client/element.ts";
import type { SessionStats } from "../../web-client/sdk/index.ts";

/** A place on the device's screen, in pixels of the upright picture. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Open a link in a page of its own and wait for the first picture. */
export async function openPhone(browser: Browser | BrowserContext, link: string | URL): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(String(link));
  await page.waitForFunction(() => {
    const session = document.querySelector("nearglass-view")?.session;
    // The worker's canvas has its size at once, the page's own a little later.
    return session !== undefined && session.stats().framesPainted > 0 && session.canvas.width === session.stats().width;
  });
  return page;
}

export async function statsOf(page: Page): Promise<SessionStats> {
  return await page.evaluate(() => {
    const stats = document.querySelector("nearglass-view")?.session?.stats();
    if (stats === undefined) throw new Error("the page has no session");
    return stats;
  });
}

/** Where a place of the picture lies in the page, under the letterbox; CSS pixels. */
export async function onPage(page: Page, place: Place): Promise<Place> {
  return await page.evaluate(({ x, y }) => {
    const canvas = document.querySelector("nearglass-view")?.canvas;
    if (canvas === undefined) throw new Error("the page has no picture");
    const box = canvas.getBoundingClientRect();
    const scale = Math.min(box.width / canvas.width, box.height / canvas.height);
    return {
      x: box.left + (box.width - canvas.width * scale) / 2 + x * scale,
      y: box.top + (box.height - canvas.height * scale) / 2 + y * scale,
    };
  }, place);
}

export async function tap(page: Page, place: Place): Promise<void> {
  const { x, y } = await onPage(page, place);
  await page.mouse.click(x, y);
}

/** The colour that is painted at a place: red, green, blue. */
export async function colourAt(page: Page, place: Place): Promise<readonly number[]> {
  return await page.evaluate(({ x, y }) => {
    const canvas = document.querySelector("nearglass-view")?.canvas;
    const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    if (canvas === undefined || probe === null) throw new Error("the page has no picture");
    probe.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
  }, place);
}

/** All that was typed in the app that is open, by way of its own copy. */
export async function copyAll(page: Page): Promise<string> {
  const copied = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.querySelector("nearglass-view")?.session?.on("clipboard", resolve);
      }),
  );
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+c");
  return await copied;
}
