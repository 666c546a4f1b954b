import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Stack } from "../../test/support/stack.ts";
import { until } from "../../test/support/until.ts";
import { nowMicros } from "./stream.ts";

export const START_PLACE = { latitude: 48, longitude: 16, accuracy: 10 };
/** Two places are told apart after rounding. */
const STEP_DEGREES = 0.001;
const PLACES = 100;
const WARM_UP_PLACES = 5;

/** A link to a device of a host that is still on the way. */
export async function linkTo(stack: Stack, host: string, id: string): Promise<URL> {
  let url: string | undefined;
  await until("a link to the bench's phone", async () => {
    const answer = await stack.api("POST", "/api/v1/links", { device: `${host}/${id}` });
    const listed: { devices: { host: string }[] } = await (
      await stack.api("GET", "/api/v1/devices?region=local")
    ).json();
    if (answer.ok && listed.devices.some((device) => device.host === host)) ({ url } = await answer.json());
    return url !== undefined;
  });
  return new URL(url ?? "");
}

export async function allow(page: Page, kind: string): Promise<void> {
  await page.locator("#hardware-title", { hasText: `wants to use your ${kind}` }).waitFor();
  await page.locator("#hardware-allow").click();
}

/**
 * Milliseconds from giving the browser a place until the device is told it.
 * @param places by latitude: when the first one there came, Unix microseconds
 */
export async function placeTimes(page: Page, places: ReadonlyMap<number, number>): Promise<number[]> {
  const times: number[] = [];
  for (let step = 1; step <= WARM_UP_PLACES + PLACES; step += 1) {
    const latitude = Math.round((START_PLACE.latitude + step * STEP_DEGREES) * 1_000) / 1_000;
    // Further apart than the device wants them, or they would wait for their turn.
    await pause(300);
    const given = nowMicros();
    await page.context().setGeolocation({ ...START_PLACE, latitude });
    await until(`the place at ${latitude}`, () => places.has(latitude));
    times.push(((places.get(latitude) ?? 0) - given) / 1_000);
  }
  return times.slice(WARM_UP_PLACES);
}
