import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { startAgent } from "../../origin-agent/agent.ts";
import { edgeAt, systemTimers } from "../../origin-agent/link/index.ts";
import { openBrowser } from "../../test/support/browser.ts";
import { openPhone } from "../../test/support/phone-page.ts";
import { Stack } from "../../test/support/stack.ts";
import { until } from "../../test/support/until.ts";
import { BorrowingPhone } from "../support/borrowing-phone.ts";
import type { Report } from "../support/report.ts";
import { percentile } from "../support/statistics.ts";
import { nowMicros } from "../support/stream.ts";

const HOST = "bench-borrower";
const PLACES = 100;
const WARM_UP_PLACES = 5;
const PICTURES = 450;
const WARM_UP_PICTURES = 30;
const START = { latitude: 48, longitude: 16, accuracy: 10 };
/** Two places are told apart after rounding. */
const STEP_DEGREES = 0.001;

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
    const context = await browser.newContext({ geolocation: START, permissions: ["geolocation"] });
    const page = await openPhone(context, await linkTo(stack));
    const places = await placeTimes(page, phone);
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

async function linkTo(stack: Stack): Promise<URL> {
  const device = `${HOST}/borrower`;
  let url: string | undefined;
  // Its host is still on the way.
  await until("a link to the bench's phone", async () => {
    const answer = await stack.api("POST", "/api/v1/links", { device });
    const listed: { devices: { host: string }[] } = await (
      await stack.api("GET", "/api/v1/devices?region=local")
    ).json();
    if (answer.ok && listed.devices.some(({ host }) => host === HOST)) ({ url } = await answer.json());
    return url !== undefined;
  });
  return new URL(url ?? "");
}

async function allow(page: Page, kind: string): Promise<void> {
  await page.locator("#hardware-title", { hasText: `wants to use your ${kind}` }).waitFor();
  await page.locator("#hardware-allow").click();
}

/** Milliseconds from giving the browser a place until the device is told it. */
async function placeTimes(page: Page, phone: BorrowingPhone): Promise<number[]> {
  phone.ask({ kind: "location", intervalMs: 200, distanceM: 0, accuracy: "fine" });
  await allow(page, "location");
  const times: number[] = [];
  for (let step = 1; step <= WARM_UP_PLACES + PLACES; step += 1) {
    const latitude = Math.round((START.latitude + step * STEP_DEGREES) * 1_000) / 1_000;
    // Further apart than the device wants them, or they would wait for their turn.
    await pause(300);
    const given = nowMicros();
    await page.context().setGeolocation({ ...START, latitude });
    await until(`the place at ${latitude}`, () => phone.places.has(latitude));
    times.push(((phone.places.get(latitude) ?? 0) - given) / 1_000);
  }
  return times.slice(WARM_UP_PLACES);
}
