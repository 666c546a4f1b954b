import { expect, test } from "vitest";
import { CLOSE } from "#protocol";
import { until } from "../support/until.ts";
import { browserWorld, saysOver } from "./browser-world.ts";

const { openLive } = browserWorld();
const KEYS = ["#back", "#home", "#recents"];

test("R-4 the page takes away what is not allowed any more, says that something changed, and gives it back", async () => {
  const { page, seat } = await openLive();
  const shown = async () => await Promise.all(["#keyboard", ...KEYS].map((id) => page.locator(id).isEnabled()));
  expect(await shown()).toEqual([true, true, true, true]);
  seat.tell({ type: "rights", rights: ["view", "keyboard"], allowance: { singleApp: true } });
  await page.locator("#toast", { hasText: "has been changed" }).waitFor();
  expect(await shown()).toEqual([true, false, false, false]);
  seat.tell({ type: "rights", rights: ["view"] });
  await page.locator("#keyboard:disabled").waitFor();
  seat.tell({ type: "rights", rights: ["view", "touch", "keyboard"] });
  await page.locator("#home:enabled").waitFor();
  expect(await shown()).toEqual([true, true, true, true]);
});

test("R-4 R-5 the session has the rights and the allowance of now, and sends nothing over them", async () => {
  const { page, seat } = await openLive({}, { allowance: { apps: ["notes"] } });
  const ask = async () =>
    await page.evaluate(() => {
      const session = document.querySelector("nearglass-view")?.session;
      if (session === undefined) throw new Error("the page has no session");
      const { rights, allowance } = session;
      const did = [session.openApp("notes"), session.openApp("mail"), session.setClipboard("a")];
      return { rights, allowance, did };
    });
  const first = await ask();
  expect([first.allowance, first.did]).toEqual([{ apps: ["notes"] }, [true, false, true]]);
  seat.tell({ type: "rights", rights: ["touch", "clipboard"], allowance: { clipboardToDevice: { perMinute: 0 } } });
  await page.locator("#toast", { hasText: "has been changed" }).waitFor();
  const then = await ask();
  expect(then).toEqual({
    rights: ["touch", "clipboard"],
    allowance: { clipboardToDevice: { perMinute: 0 } },
    did: [true, true, false],
  });
  await until("it is said", () => seat.heard.filter(({ type }) => type === "open-app").length === 3);
  expect(seat.heard.filter(({ type }) => type === "clipboard")).toHaveLength(1);
});

test("R-5 what was refused is said in plain words", async () => {
  const { page, seat } = await openLive();
  seat.tell({ type: "refused", what: "clipboard", reason: "over-limit" });
  await page.locator("#toast", { hasText: "too long, or too often" }).waitFor();
  seat.tell({ type: "refused", what: "home", reason: "no-right" });
  await page.locator("#toast", { hasText: "one app" }).waitFor();
});

test("S-13 the page warns before the end, and says when it goes on, and why it ended", async () => {
  const { page, seat } = await openLive();
  seat.tell({ type: "ending", reason: "idle", at: (Date.now() + 60_000) * 1_000 });
  await page.locator("#toast", { hasText: /ends in (59|60) seconds, as nobody steers/ }).waitFor();
  seat.tell({ type: "ending", reason: "idle" });
  await page.locator("#toast", { hasText: "goes on" }).waitFor();
  seat.tell({ type: "ending", reason: "length", at: (Date.now() + 1_000) * 1_000 });
  await page.locator("#toast", { hasText: "ends in 1 second: its time is over" }).waitFor();
  seat.close(CLOSE.timeOver.code);
  await saysOver(page, "The time is over");
});

test("S-13 a session that nobody used for too long says so", async () => {
  const { page, seat } = await openLive();
  seat.close(CLOSE.idleTooLong.code);
  await saysOver(page, "Nothing was done for too long");
});

test("L-5 the page asks whoever steers, and lets whoever asks", async () => {
  const { page, seat } = await openLive(
    {},
    { lease: { lease: 2, mine: false, held: true }, allowance: { asksToSteer: true } },
  );
  await page.getByRole("button", { name: "Ask to steer" }).click();
  await until("it asks", () => seat.heard.some(({ type }) => type === "lease-request"));
  await page.locator("#toast", { hasText: "is asked" }).waitFor();
  seat.tell({ type: "refused", what: "lease", reason: "denied" });
  await page.locator("#toast", { hasText: "rather go on" }).waitFor();
  seat.tell({ type: "lease", lease: 3, mine: true, held: true });
  seat.tell({ type: "lease-asked", seat: "b7c1" });
  await page.getByRole("button", { name: "Let them" }).click();
  await until("it answers", () => seat.heard.some(({ type }) => type === "lease-answer"));
  expect(seat.heard.at(-1)).toEqual({ type: "lease-answer", seat: "b7c1", give: true });
});
