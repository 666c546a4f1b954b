import { startAgent } from "../../origin-agent/agent.ts";
import { edgeAt, systemTimers } from "../../origin-agent/link/index.ts";
import { openBrowser } from "../../test/support/browser.ts";
import { openPhone } from "../../test/support/phone-page.ts";
import { Stack } from "../../test/support/stack.ts";
import { until } from "../../test/support/until.ts";
import { BorrowingPhone } from "../support/borrowing-phone.ts";
import { allow, linkTo, placeTimes, START_PLACE } from "../support/lending-page.ts";
import type { Report } from "../support/report.ts";
import { percentile } from "../support/statistics.ts";

const HOST = "bench-borrower";
const PICTURES = 450;
const WARM_UP_PICTURES = 30;

/**
 * What a person lends, on its way to the device: a place from the moment the browser is given it, a camera's picture from the
 * moment the page is given it until the device has it decoded.
 */
export async function hardware(): Promise<Report> {
  const stack = await Stack.start("--device", "demo");
  const browser = await openBrowser("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");
  const phone = new BorrowingPhone();
  const { token }: { token: string } = await (await stack.api("POST", "/api/v1/hosts", { host: HOST })).json();
  const agent = startAgent({
    edge: edgeAt(new URL(stack.link.origin)),
    timers: systemTimers,
    token,
    devices: [phone.device],
    log: () => {},
    refused: ({ kind }) => console.error(`the edge refused the bench's agent: ${kind}`),
  });
  try {
    const context = await browser.newContext({ geolocation: START_PLACE, permissions: ["geolocation"] });
    const page = await openPhone(context, await linkTo(stack, HOST, "borrower"));
    phone.ask({ kind: "location", intervalMs: 200, distanceM: 0, accuracy: "fine" });
    await allow(page, "location");
    const places = await placeTimes(page, phone.places);
    phone.ask({ kind: "camera", width: 640, height: 480, frameRate: 15 });
    const began = performance.now();
    await allow(page, "camera");
    await until("enough pictures", () => phone.pictures.length >= WARM_UP_PICTURES + PICTURES, 120_000);
    const rate = phone.pictures.length / ((performance.now() - began) / 1_000);
    const settled = phone.pictures.slice(WARM_UP_PICTURES);
    const [first] = settled;
    const decoded = settled.map(({ decodedAge }) => decodedAge);
    const arrived = settled.map(({ arrivedAge }) => arrivedAge);
    return {
      part: `hardware: Chromium to device, ${places.length} places, ${settled.length} pictures of ${first?.width}x${first?.height}`,
      rows: [
        { what: "place p50", figure: percentile(places, 0.5), unit: "ms" },
        { what: "place p95", figure: percentile(places, 0.95), unit: "ms", bar: 150 },
        { what: "picture p50, arrived", figure: percentile(arrived, 0.5), unit: "ms" },
        { what: "picture p50, decoded", figure: percentile(decoded, 0.5), unit: "ms" },
        { what: "picture p95, decoded", figure: percentile(decoded, 0.95), unit: "ms", bar: 250 },
        { what: "pictures a second", figure: rate, unit: "", atLeast: 14 },
      ],
    };
  } finally {
    await browser.close();
    await agent.stop();
    await phone.close();
    await stack.stop();
  }
}
