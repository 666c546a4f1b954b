import { setTimeout as pause } from "node:timers/promises";
import { openBrowser } from "../../test/support/browser.ts";
import { openPhone, statsOf } from "../../test/support/phone-page.ts";
import { Stack } from "../../test/support/stack.ts";
import type { Report } from "../support/report.ts";

/** The picture may still sharpen right after it was opened. */
const SETTLE_MS = 3_000;
const REST_MS = 30_000;

/** A static screen: nothing is sent. That its Session object can then be evicted is a test (S-11). */
export async function rest(): Promise<Report> {
  const stack = await Stack.start();
  const browser = await openBrowser();
  try {
    const page = await openPhone(browser, stack.link);
    await pause(SETTLE_MS);
    const before = await statsOf(page);
    await pause(REST_MS);
    const after = await statsOf(page);
    // A session that is gone sends nothing either.
    if (after.state !== "live" || after.reconnects > 0) throw new Error(`the session did not last: ${after.state}`);
    return {
      part: `rest: the static home screen for ${REST_MS / 1_000} s`,
      rows: [
        { what: "video messages", figure: after.framesReceived - before.framesReceived, unit: "", bar: 0 },
        { what: "media bytes", figure: after.bytesReceived - before.bytesReceived, unit: "B", bar: 0 },
      ],
    };
  } finally {
    await browser.close();
    await stack.stop();
  }
}
