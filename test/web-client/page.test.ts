import { expect, test } from "vitest";
import { CLOSE } from "#protocol";
import { FAKE_DEVICE } from "../support/fake-seat.ts";
import { encodeColours } from "../support/painted-pictures.ts";
import { until } from "../support/until.ts";
import { browserWorld, GRANT, RED, saysOver, showsColour, statsOf, TALL } from "./browser-world.ts";

const { startEdge, openPage, openLive } = browserWorld();

test("a picture that was kept for whoever joins is old, and the connection good all the same", async () => {
  const edge = await startEdge();
  const page = await openPage(edge);
  const seat = await edge.seat();
  seat.welcome();
  const [red] = await encodeColours(TALL, [RED]);
  if (red === undefined) throw new Error("nothing was encoded");
  seat.frame({ sequence: 1, keyframe: true, capturedAtMicros: (Date.now() - 300_000) * 1_000 }, red.data);
  await showsColour(page, RED);
  await page.locator("#connection[data-quality=good]").waitFor();
});

test("Escape closes the connection's details, but not where it was typed into the device", async () => {
  const { page, seat } = await openLive();
  const details = page.locator("#details");
  await page.locator("#connection").click();
  await page.locator("#keyboard").click();
  await page.keyboard.press("Escape");
  await until("it is sent", () => seat.inputs.length === 2);
  expect(await details.isVisible()).toBe(true);
  await page.locator("#home").focus();
  await page.keyboard.press("Escape");
  await details.waitFor({ state: "hidden" });
});

test("every button is in sight on a narrow phone, with the round trip's time beside it", async () => {
  const { page } = await openLive({ hasTouch: true, isMobile: true, viewport: { width: 320, height: 568 } });
  await page.locator("#connection-ms:not(:empty)").waitFor();
  const last = await page.locator("#connection").boundingBox();
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(320);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

test("L-3 who only watches is told so again when the device's side is back", async () => {
  const { page, seat } = await openLive({}, { lease: { lease: 2, mine: false, held: true } });
  const pill = page.locator("#lease");
  await pill.waitFor({ state: "visible" });
  seat.tell({ type: "origin", state: "away" });
  await pill.waitFor({ state: "hidden" });
  seat.tell({ type: "origin", state: "online" });
  await pill.waitFor({ state: "visible" });
});

test("a page that is out of date is loaded anew by its button, and keeps its seat", async () => {
  const { edge, page, seat } = await openLive();
  const loaded = await page.evaluate(() => performance.timeOrigin);
  seat.close(CLOSE.versionUnsupported.code);
  await page.getByRole("button", { name: "Reload" }).click();
  await edge.seat(1);
  expect(await page.evaluate(() => performance.timeOrigin)).toBeGreaterThan(loaded);
  expect(edge.redeemed).toEqual([GRANT]);
});

test("a page whose player cannot be loaded says so, and a reload keeps the seat", async () => {
  const edge = await startEdge();
  const page = await openPage(edge, {}, "/");
  const player = /\/worker-[^/]*\.js$/;
  await page.route(player, async (route) => {
    (await edge.seat()).welcome();
    await route.fulfill({ status: 404 });
  });
  await page.goto(`${edge.origin}/s#${GRANT}`);
  await saysOver(page, "The picture has stopped");
  await page.unroute(player);
  await page.getByRole("button", { name: "Reload" }).click();
  (await edge.seat(1)).welcome();
  await saysOver(page, "Connected");
  expect(edge.redeemed).toEqual([GRANT]);
});

test("what was opened and closed again and again leaves nothing behind, sound included", async () => {
  const { edge, page } = await openLive({}, { audio: { codec: "opus", sampleRate: 48_000, channels: 2 } });
  const devtools = await page.context().newCDPSession(page);
  const count = async () => {
    await devtools.send("HeapProfiler.collectGarbage");
    const { nodes, jsEventListeners } = await devtools.send("Memory.getDOMCounters");
    return { nodes, jsEventListeners };
  };
  const plays = () => until("it plays", async () => (await statsOf(page)).sound === "playing");
  await page.locator("#home").click();
  await plays();
  const before = await count();
  for (let opened = 1; opened <= 6; opened++) {
    await page.evaluate((grant) => document.querySelector("nearglass-view")?.open({ grant }), GRANT);
    const next = await edge.seat(opened);
    next.welcome({ audio: { codec: "opus", sampleRate: 48_000, channels: 2 } });
    await plays();
  }
  // One session's worth may wait for the browser to tidy up; six were kept before.
  await until("the old ones are gone", async () => {
    const { nodes, jsEventListeners } = await count();
    return nodes - before.nodes < 15 && jsEventListeners - before.jsEventListeners < 8;
  });
});

test("M-13 the bar offers what the device can do, and greys the rest with the reason", async () => {
  const apps = [{ id: "notes", name: "Notes <b>" }];
  const { page, seat } = await openLive(
    {},
    { device: { ...FAKE_DEVICE, features: ["touch", "keyboard", "volume", "gps"], apps } },
  );
  const home = page.locator("#home");
  expect([await home.isDisabled(), await home.getAttribute("title")]).toEqual([true, "This device has no such button"]);
  expect(await page.locator("#keyboard").isEnabled()).toBe(true);
  await page.locator("#apps").click();
  const panel = page.locator("#device");
  expect(await panel.getByRole("button", { name: "Turn it" }).isDisabled()).toBe(true);
  expect(await page.locator("#device-lacks").textContent()).toBe(
    "This device cannot use your motion, camera or microphone.",
  );
  await panel.getByRole("button", { name: "Louder" }).click();
  await until("the key", () => seat.parsedInputs().some((input) => input.kind === "key" && input.keycode === 24));
  await panel.getByRole("button", { name: "Notes <b>" }).click();
  await until("the app", () => seat.heardOf("open-app")[0]?.app === "notes");
  await panel.waitFor({ state: "hidden" });
});

test("M-13 a device that can is turned and put to sleep by the panel's buttons", async () => {
  const { page, seat } = await openLive({}, { device: { ...FAKE_DEVICE, features: ["touch", "rotation", "screen"] } });
  await page.locator("#apps").click();
  for (const name of ["Turn it", "Screen off", "Screen on"]) await page.getByRole("button", { name }).click();
  await until("the last order", () => seat.heardOf("screen").length === 2);
  expect(seat.heard.filter(({ type }) => type === "rotate" || type === "screen")).toEqual([
    { type: "rotate" },
    { type: "screen", on: false },
    { type: "screen", on: true },
  ]);
});
