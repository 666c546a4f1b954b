import { randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { grantKind } from "../../edge/access/kinds.ts";
import { signingKey } from "../../edge/access/signing-key.ts";
import { signToken } from "../../edge/access/token.ts";
import { localSecrets } from "../../tools/secrets.ts";
import type {} from "../../web-client/element.ts";
import { openBrowser } from "../support/browser.ts";
import { CutProxy } from "../support/cut-proxy.ts";
import { colourAt, copyAll, onPage, openPhone, type Place, statsOf, tap } from "../support/phone-page.ts";
import { Stack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const APPS = ["home", "notes", "draw", "tones", "settings"] as const;
type App = (typeof APPS)[number];

const NOTES_PAGE: Place = { x: 360, y: 400 };
const ROTATE_ROW: Place = { x: 360, y: 240 };
const TONES_PAD: Place = { x: 360, y: 600 };
const BLANK: readonly Place[] = [
  { x: 200, y: 500 },
  { x: 500, y: 800 },
];

let stack: Stack;
let browser: Browser;
let host: string;

beforeAll(async () => {
  const devices = APPS.flatMap((app) => ["--device", app === "home" ? "demo" : `demo:${app}`]);
  [stack, browser] = await Promise.all([Stack.start(...devices), openBrowser()]);
  const { devices: known }: { devices: { host: string }[] } = await (
    await stack.api("GET", "/api/v1/devices?region=local")
  ).json();
  host = known[0]?.host ?? "";
}, 120_000);

/** A phone is free for the next test once its session is ended. */
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await describePages(task.name);
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    const session = await sessionOf(page);
    if (session !== undefined) await stack.api("DELETE", `/api/v1/sessions/${session}`);
  }
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  await browser?.close();
  expect(await stack?.stop()).toBe(0);
});

/** A link to the phone that began in this app. */
async function linkTo(app: App, more: object = {}): Promise<URL> {
  const device = `${host}/demo-${APPS.indexOf(app) + 1}`;
  const answer = await stack.api("POST", "/api/v1/links", { device, shared: true, ...more });
  const { url }: { url: string } = await answer.json();
  return new URL(url);
}

/** What every page showed when a test failed: a picture of it, and its figures. */
async function describePages(name: string): Promise<void> {
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) {
    await page.screenshot({ path: `test-results/failed ${name} ${index}.png` });
    console.log(await statsOf(page).catch(() => "no session"));
  }
}

/** The session whose seat this tab holds. */
async function sessionOf(page: Page): Promise<string | undefined> {
  if (!page.url().startsWith(stack.link.origin)) return undefined;
  return await page.evaluate(() => /\w+-[0-9a-f]{8}-[0-9a-f-]{27}/.exec(JSON.stringify(sessionStorage))?.[0]);
}

async function changed(page: Page, place: Place, from: readonly number[]): Promise<void> {
  await until(
    `another colour at ${place.x}, ${place.y}`,
    async () => String(await colourAt(page, place)) !== String(from),
  );
}

/** A grant of this very edge, signed as if an hour ago for a minute. */
async function expiredGrant(): Promise<string> {
  const { file } = await localSecrets();
  const key = await signingKey(parseEnv(await readFile(file, "utf8")).SIGNING_KEY ?? "");
  const claims = { link: randomUUID(), tenant: "default", region: "local", rights: [], shared: false };
  const signature = { id: randomUUID(), at: Date.now() - 3_600_000, lifeSeconds: 60 };
  return (await signToken(grantKind, claims, key, signature)).token;
}

async function words(page: Page): Promise<string> {
  return (await page.locator("nearglass-view .veil").textContent()) ?? "";
}

async function says(page: Page, text: string): Promise<void> {
  await until(`the words «${text}»`, async () => (await words(page)).includes(text));
}

describe("a phone behind a link", () => {
  it("shows a live picture", async () => {
    const page = await openPhone(browser, await linkTo("home"));
    const stats = await statsOf(page);
    expect(stats).toMatchObject({ state: "live", width: 720, height: 1280, framesDropped: 0, keyframesReceived: 1 });
    expect(stats.codec).toMatch(/^avc1\.[0-9a-f]{6}$/);
    await page.setViewportSize({ width: 1280, height: 800 });
    // The words over the picture fade out once there is one.
    await page.locator("nearglass-view .veil").waitFor({ state: "hidden" });
    await mkdir("test-results", { recursive: true });
    await page.screenshot({ path: "test-results/demo-phone.png" });
  });

  it("is typed on in any script, and its clipboard comes back", async () => {
    const page = await openPhone(browser, await linkTo("notes"));
    await tap(page, NOTES_PAGE);
    const text = "Grüße, 你好 मित्र 🙂";
    await page.evaluate((text) => document.querySelector("nearglass-view")?.session?.sendText(text), text);
    await page.keyboard.type("abc");
    expect(await copyAll(page)).toBe(`${text}abc`);
  });

  it("feels two fingers at once", async () => {
    const page = await openPhone(await browser.newContext({ hasTouch: true }), await linkTo("draw"));
    const before = await Promise.all(BLANK.map((place) => colourAt(page, place)));
    const touchPoints = await Promise.all(BLANK.map((place) => onPage(page, place)));
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Input.dispatchTouchEvent", {
      type: "touchStart",
      touchPoints: touchPoints.map((point, id) => ({ ...point, id })),
    });
    for (const [index, place] of BLANK.entries()) await changed(page, place, before[index] ?? []);
    await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  });

  it("is heard", async () => {
    const page = await openPhone(browser, await linkTo("tones"));
    await until("sound in the page's buffer", async () => {
      await tap(page, TONES_PAD);
      const { sound, audioPacketsReceived, audioBufferedMs } = await statsOf(page);
      return sound === "playing" && audioPacketsReceived > 10 && audioBufferedMs > 0;
    });
    let packets = -1;
    await until("silence, which sends nothing", async () => {
      const before = packets;
      packets = (await statsOf(page)).audioPacketsReceived;
      await page.waitForTimeout(300);
      return packets === before;
    });
  });

  it("turns, and is touched where it is seen", async () => {
    const page = await openPhone(browser, await linkTo("settings"));
    await tap(page, ROTATE_ROW);
    await until("a picture on its side", async () => {
      const { width, height } = await statsOf(page);
      return width === 1280 && height === 720;
    });
    const before = await colourAt(page, { x: 640, y: 300 });
    await page.evaluate(() => document.querySelector("nearglass-view")?.session?.press("home"));
    await changed(page, { x: 640, y: 300 }, before);
  });
});

describe("a second viewer", () => {
  it("sees the same picture from the cache, and steers once the first one rests", async () => {
    const link = await linkTo("draw");
    const first = await openPhone(browser, link);
    const keyframes = (await statsOf(first)).keyframesReceived;
    const second = await openPhone(browser, link);
    expect(await statsOf(second)).toMatchObject({ state: "live", keyframesRequested: 0 });
    expect((await statsOf(first)).keyframesReceived).toBe(keyframes);
    const place = { x: 360, y: 400 };
    const before = await colourAt(first, place);
    await until("the lease for the second", async () => {
      await tap(second, place);
      return await second.evaluate(() => document.querySelector("nearglass-view")?.session?.lease.mine === true);
    });
    await tap(second, place);
    await changed(first, place, before);
  });
});

describe("a bad network", () => {
  it("S-8 is survived without a reload, and input waits for the connection", async () => {
    const proxy = new CutProxy(stack.link);
    const page = await openPhone(browser, await proxy.listen(await linkTo("notes")));
    await tap(page, NOTES_PAGE);
    proxy.cut();
    await until("the state reconnecting", async () => (await statsOf(page)).state === "reconnecting");
    await page.evaluate(() => document.querySelector("nearglass-view")?.session?.sendText("typed while away"));
    proxy.mend();
    await until("a live picture again", async () => (await statsOf(page)).state === "live");
    expect((await statsOf(page)).reconnects).toBe(1);
    const copied = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          document.querySelector("nearglass-view")?.session?.on("clipboard", resolve);
        }),
    );
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    expect(await copied).toContain("typed while away");
    proxy.close();
  });

  it("S-8 a reload continues the same seat, and takes no second use of the link", async () => {
    const link = await linkTo("home", { uses: 1, shared: false });
    const page = await openPhone(browser, link);
    await page.reload();
    await until("a picture after the reload", async () => (await statsOf(page)).framesPainted > 0);
    const other = await (await browser.newContext()).newPage();
    await other.goto(link.href);
    await says(other, "already used");
  });
});

describe("the edge on this machine", () => {
  it.each(["/cdn-cgi/explorer/api", "/cdn-cgi/explorer/api/workers/durable_objects/namespaces"])(
    "shows nobody its storage: %s",
    async (path) => {
      const response = await fetch(new URL(path, stack.link));
      expect(response.status).toBe(404);
    },
  );
});

describe("words for a person", () => {
  it.each([
    ["no link", "/s", "link is needed"],
    ["a link cut short", "/s#eyJhbGciOi", "not valid"],
  ])("%s", async (_name, path, text) => {
    const page = await browser.newPage();
    await page.goto(new URL(path, stack.link).href);
    await says(page, text);
  });

  it("an expired link", async () => {
    const page = await browser.newPage();
    await page.goto(new URL(`/s#${await expiredGrant()}`, stack.link).href);
    await says(page, "has expired");
  });

  it("no free device", async () => {
    const link = await linkTo("home", { shared: false });
    await openPhone(browser, link);
    const page = await browser.newPage();
    await page.goto(link.href);
    await says(page, "No device is free");
  });

  it("a session that was ended", async () => {
    const page = await openPhone(browser, await linkTo("tones"));
    expect((await stack.api("DELETE", `/api/v1/sessions/${await sessionOf(page)}`)).status).toBe(204);
    await says(page, "has ended");
  });
});
