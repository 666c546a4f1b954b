import type { BrowserContext } from "playwright-core";
import { openBrowser } from "../../test/support/browser.ts";
import { openPhone } from "../../test/support/phone-page.ts";
import { Stack } from "../../test/support/stack.ts";
import type { Report } from "../support/report.ts";
import { percentile } from "../support/statistics.ts";

const OPENS = 20;

interface Opening {
  /** From the start of the navigation to the first painted picture, milliseconds. */
  readonly took: number;
  /** How old that picture was, milliseconds. */
  readonly age: number;
  readonly keyframesRequested: number;
}

/** First pictures: of a fresh session with a device of its own, and of a second viewer beside a first. */
export async function open(): Promise<Report> {
  const devices = Array.from({ length: OPENS + 2 }, () => ["--device", "demo"]).flat();
  const stack = await Stack.start(...devices);
  const browser = await openBrowser();
  try {
    const context = await browser.newContext();
    const own = async () => {
      const { url }: { url: string } = await (await stack.api("POST", "/api/v1/links", { shared: false })).json();
      return await opening(context, url);
    };
    await own();
    const first: Opening[] = [];
    for (let index = 0; index < OPENS; index += 1) first.push(await own());

    await openPhone(context, stack.link);
    const second: Opening[] = [];
    for (let index = 0; index < OPENS; index += 1) second.push(await opening(context, stack.link.href));
    const times = (openings: readonly Opening[]) => openings.map(({ took }) => took);
    return {
      part: `open: from opening the link in Chromium to the first painted picture, ${OPENS} opens of each`,
      rows: [
        { what: "own session, warm page, p50", figure: percentile(times(first), 0.5), unit: "ms" },
        { what: "own session, warm page, p95", figure: percentile(times(first), 0.95), unit: "ms", bar: 1_000 },
        { what: "second viewer, p50", figure: percentile(times(second), 0.5), unit: "ms" },
        { what: "second viewer, p95", figure: percentile(times(second), 0.95), unit: "ms", bar: 300 },
        {
          what: "second viewers for whom a keyframe was made",
          figure: second.filter(({ age, took, keyframesRequested }) => age < took || keyframesRequested > 0).length,
          unit: "",
          bar: 0,
        },
      ],
    };
  } finally {
    await browser.close();
    await stack.stop();
  }
}

async function opening(context: BrowserContext, link: string): Promise<Opening> {
  const page = await context.newPage();
  await page.goto(link, { waitUntil: "commit" });
  const result = await page.evaluate(async () => {
    for (;;) {
      const stats = document.querySelector("nearglass-view")?.session?.stats();
      const took = performance.now();
      if (stats !== undefined && stats.framesPainted > 0) {
        return { took, age: stats.frameAgeMs ?? 0, keyframesRequested: stats.keyframesRequested };
      }
      if (took > 20_000) throw new Error(`no picture came: ${JSON.stringify(stats)}`);
      await new Promise(requestAnimationFrame);
    }
  });
  await page.close();
  return result;
}
