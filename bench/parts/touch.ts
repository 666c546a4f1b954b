import { openBrowser } from "../../test/support/browser.ts";
import { onPage, openPhone, type Place } from "../../test/support/phone-page.ts";
import { Stack } from "../../test/support/stack.ts";
import type { Report } from "../support/report.ts";
import { percentile } from "../support/statistics.ts";

const COLUMNS = 10;
const ROWS = 12;
/** The blank canvas of Draw, clear of its title and its buttons; pixels of the upright picture. */
const BLANK = { left: 60, top: 240, width: 600, height: 780 } as const;
const WARM_UP_TOUCHES = 10;

/** From the browser's pointer event to the changed pixel under the finger, on the blank canvas of Draw. */
export async function touch(): Promise<Report> {
  const stack = await Stack.start("--device", "demo:draw");
  const browser = await openBrowser();
  try {
    const page = await openPhone(browser, stack.link);
    const times: number[] = [];
    for (const place of places()) {
      const seen = page.evaluate(async ({ x, y }) => {
        const canvas = document.querySelector("nearglass-view")?.canvas;
        const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
        if (canvas === undefined || probe === null) throw new Error("the page has no picture");
        const look = () => {
          probe.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
          return probe.getImageData(0, 0, 1, 1).data.subarray(0, 3).join();
        };
        const blank = look();
        const pressed = await new Promise<number>((resolve) => {
          addEventListener("pointerdown", (event) => resolve(event.timeStamp), { capture: true, once: true });
        });
        do {
          await new Promise(requestAnimationFrame);
          if (performance.now() - pressed > 5_000) throw new Error(`a touch at ${x}, ${y} changed nothing`);
        } while (look() === blank);
        return performance.now() - pressed;
      }, place);
      const { x, y } = await onPage(page, place);
      await page.mouse.move(x, y);
      await page.mouse.down();
      times.push(await seen);
      await page.mouse.up();
      // A hand pauses: without this the strokes would meet a picture that is still being made.
      await page.waitForTimeout(120);
    }
    const settled = times.slice(WARM_UP_TOUCHES);
    return {
      part: `touch: pointer event to changed pixel in Chromium, ${settled.length} touches`,
      rows: [
        { what: "touch to pixel p50", figure: percentile(settled, 0.5), unit: "ms", bar: 60 },
        { what: "touch to pixel p95", figure: percentile(settled, 0.95), unit: "ms", bar: 100 },
      ],
    };
  } finally {
    await browser.close();
    await stack.stop();
  }
}

/** A grid, so that every touch meets a blank place. */
function places(): Place[] {
  return Array.from({ length: COLUMNS * ROWS }, (_, index) => ({
    x: Math.round(BLANK.left + ((index % COLUMNS) + 0.5) * (BLANK.width / COLUMNS)),
    y: Math.round(BLANK.top + (Math.floor(index / COLUMNS) + 0.5) * (BLANK.height / ROWS)),
  }));
}
