import { openBrowser } from "../../test/support/browser.ts";
import { openPhone } from "../../test/support/phone-page.ts";
import { Stack } from "../../test/support/stack.ts";
import type { Report } from "../support/report.ts";
import { percentile } from "../support/statistics.ts";

const SAMPLES = 900;
const WARM_UP_SAMPLES = 60;

/**
 * The age of what is on the glass: the Stopwatch draws the moment of its drawing as 48 cells of 40x40 pixels, the page
 * reads them back at every animation frame, and the first frame with a new number tells how old it is.
 */
export async function picture(): Promise<Report> {
  const stack = await Stack.start("--device", "demo:stopwatch");
  const browser = await openBrowser();
  try {
    const page = await openPhone(browser, stack.link);
    const ages = await page.evaluate(async (count) => {
      const canvas = document.querySelector("nearglass-view")?.canvas;
      const cells = new OffscreenCanvas(16, 3).getContext("2d", { willReadFrequently: true });
      if (canvas === undefined || cells === null) throw new Error("the page has no picture");
      cells.imageSmoothingEnabled = false;
      const found: number[] = [];
      let last = 0;
      let seenAt = performance.now();
      while (found.length < count) {
        await new Promise(requestAnimationFrame);
        if (performance.now() - seenAt > 20_000) throw new Error(`no new picture came after ${found.length}`);
        cells.drawImage(canvas, 0, 0, 640, 120, 0, 0, 16, 3);
        const now = performance.timeOrigin + performance.now();
        const { data } = cells.getImageData(0, 0, 16, 3);
        let drawnAt = 0;
        for (let cell = 0; cell < 48; cell += 1) drawnAt = drawnAt * 2 + ((data[cell * 4] ?? 0) > 127 ? 1 : 0);
        if (drawnAt === last) continue;
        found.push(now - drawnAt);
        last = drawnAt;
        seenAt = performance.now();
      }
      return found;
    }, SAMPLES + WARM_UP_SAMPLES);
    const settled = ages.slice(WARM_UP_SAMPLES);
    return {
      part: `picture: age of the picture in Chromium, drawn to painted pixel, ${SAMPLES} pictures of the Stopwatch`,
      rows: [
        { what: "age p50", figure: percentile(settled, 0.5), unit: "ms", bar: 40 },
        { what: "age p95", figure: percentile(settled, 0.95), unit: "ms", bar: 70 },
        { what: "age p99", figure: percentile(settled, 0.99), unit: "ms" },
      ],
    };
  } finally {
    await browser.close();
    await stack.stop();
  }
}
