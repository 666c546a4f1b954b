import { readFileSync } from "node:fs";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../web-client/element.ts";
import { narrow, seal } from "../../web-client/sdk/narrow.ts";
import { openBrowser } from "../support/browser.ts";
import { openPhone, statsOf } from "../support/phone-page.ts";
import { Portal } from "../support/portal.ts";
import { Stack } from "../support/stack.ts";
import { until } from "../support/until.ts";

interface Told {
  readonly nearglass: string;
  readonly type: string;
  readonly value?: unknown;
}

/** What the frame tells, as docs/embedding.md shows it, a message a line. */
const DOCUMENTED: readonly Told[] = (
  /^```json from-frame\n([^`]*)```/m.exec(
    readFileSync(new URL("../../docs/embedding.md", import.meta.url), "utf8"),
  )?.[1] ?? ""
)
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

/** Everything of a message but what it says: a state has more fields in some of its forms. */
function formOf({ value, ...rest }: Told): string {
  const fields = typeof value === "object" && value !== null ? Object.keys(value) : typeof value;
  return JSON.stringify({ ...rest, fields: rest.type === "state" ? "name" in Object(value) : fields });
}

let stack: Stack;
let browser: Browser;
let portal: Portal;
/** The same portal at an origin that nobody has listed. */
let stranger: Portal;

beforeAll(async () => {
  [stack, browser] = await Promise.all([Stack.start(), openBrowser()]);
  const made = await stack.api("POST", "/api/v1/tenant/keys", { name: "Portal", scopes: ["links:write"] });
  const { text }: { text: string } = await made.json();
  [portal, stranger] = await Promise.all([
    Portal.start(stack.link.origin, text),
    Portal.start(stack.link.origin, text),
  ]);
  await listOrigins(portal.origin);
}, 120_000);

/** A phone is free for the next test once its session is ended. */
afterEach(async () => {
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    for (const frame of page.frames().filter((frame) => frame.url().startsWith(stack.link.origin)))
      await stack.api("DELETE", `/api/v1/sessions/${await sessionOf(frame)}`);
  }
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([portal?.stop(), stranger?.stop()]);
  expect(await stack?.stop()).toBe(0);
});

async function openPortal(at: Portal): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(at.origin);
  return { page, complaints };
}

async function says(page: Page, words: string): Promise<void> {
  await until(`the portal says «${words}»`, async () => (await page.locator("#says").textContent()) === words);
}

function frameOf(page: Page): Frame | undefined {
  return page.frames().find((frame) => frame.url() === `${stack.link.origin}/embed`);
}

/** Who may frame the page from now on. */
async function listOrigins(...origins: readonly string[]): Promise<void> {
  expect((await stack.api("PUT", "/api/v1/tenant/embedding-origins", { origins })).status).toBe(200);
}

/** What a server of the company's gets for one opening in its own page. */
async function grantFor(origin: string): Promise<string> {
  const wish = { uses: 1, expiresInSeconds: 60, embeddingOrigins: [origin] };
  const { grant }: { grant: string } = await (await stack.api("POST", "/api/v1/links", wish)).json();
  return grant;
}

async function redeem(
  grant: string,
  embeddedBy?: string,
): Promise<{ readonly status: number; readonly type?: string }> {
  const response = await fetch(new URL("/api/v1/links/redeem", stack.link), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ grant, ...(embeddedBy === undefined ? {} : { embeddedBy }) }),
  });
  const { type }: { type?: string } = await response.json();
  return { status: response.status, ...(type === undefined ? {} : { type }) };
}

describe("a portal page", () => {
  it("embeds a session: it shows, it is steered, it ends, and the portal is told", async () => {
    const { page, complaints } = await openPortal(portal);
    await page.evaluate(() => {
      const heard: unknown[] = [];
      addEventListener("message", ({ data }) => heard.push(data));
      Object.assign(window, { heard });
    });
    await page.locator("#open").click();
    await says(page, "live");
    const frame = frameOf(page);
    await frame?.waitForFunction(
      () => (document.querySelector("nearglass-view")?.session?.stats().framesPainted ?? 0) > 0,
    );
    await page.locator("#says[data-steering]").waitFor();
    const allow = await page.locator("iframe").getAttribute("allow");
    expect(allow?.split("; ")).toEqual([
      ...["camera", "microphone", "geolocation", "accelerometer", "gyroscope"],
      ...["clipboard-read", "clipboard-write", "fullscreen", "autoplay"],
    ]);
    // The permissions of the list reach the frame's own document.
    const allowed = await frame?.evaluate(() => {
      // Safe: where there is such a policy it has this method; Chromium does.
      const { featurePolicy } = document as unknown as { featurePolicy: { allowsFeature(name: string): boolean } };
      return ["camera", "microphone", "geolocation", "fullscreen", "usb"].map((name) =>
        featurePolicy.allowsFeature(name),
      );
    });
    expect(allowed).toEqual([true, true, true, true, false]);
    // A frame that is loaded anew goes on with its seat: the link was good for one opening.
    const told = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const says = document.querySelector("#says");
          if (says !== null) new MutationObserver(() => resolve(says.textContent)).observe(says, { childList: true });
        }),
    );
    await frame?.evaluate(() => location.reload());
    expect(await told).not.toContain("ended");
    await says(page, "live");
    await page.locator("#close").click();
    await says(page, "ended: closed");
    expect(complaints).toEqual([]);
    const heard: Told[] = await page.evaluate(() => Reflect.get(window, "heard"));
    expect(new Set(heard.map(({ type }) => type))).toEqual(
      new Set(["ready", "state", "welcome", "lease", "sound", "ended"]),
    );
    for (const message of heard) expect(DOCUMENTED.map(formOf), JSON.stringify(message)).toContain(formOf(message));
  });

  it("alone is heard by the frame, and only in the words of the contract", async () => {
    const { page } = await openPortal(portal);
    await page.locator("#open").click();
    await page.locator("#says[data-steering]").waitFor();
    await page.evaluate(() => {
      const sibling = document.createElement("iframe");
      sibling.srcdoc = "a frame beside it";
      document.body.append(sibling);
    });
    await until("a frame beside it", () => page.frames().some((frame) => frame.url() === "about:srcdoc"));
    const sibling = page.frames().find((frame) => frame.url() === "about:srcdoc");
    const close = { nearglass: "embed.1", type: "close" };
    await sibling?.evaluate((message) => parent.frames[0]?.postMessage(message, "*"), close);
    await frameOf(page)?.evaluate((message) => window.postMessage(message, "*"), close);
    const strange = ["close", null, { type: "close" }, { ...close, nearglass: "embed.2" }, { ...close, now: 1 }];
    // The last one is good: what came before it was looked at by then.
    const good = { nearglass: "embed.1", type: "lease", want: false };
    await page.evaluate(
      (messages) => {
        for (const message of messages) window.frames[0]?.postMessage(message, "*");
      },
      [...strange, good],
    );
    await page.locator("#says:not([data-steering])").waitFor();
    expect(await page.locator("#says").textContent()).toBe("live");
  });

  it("of another origin gets no frame: the browser holds it against the tenant's list", async () => {
    const { page, complaints } = await openPortal(stranger);
    await until("the browser's refusal", () => complaints.some((text) => text.includes("frame-ancestors")));
    expect(frameOf(page)).toBeUndefined();
    await page.locator("#open").click();
    expect(await page.locator("#says").textContent()).toBe("not opened");
  });

  it("that was taken off the list after its frame was loaded is refused by the edge, and told so", async () => {
    await listOrigins(portal.origin, stranger.origin);
    const { page } = await openPortal(stranger);
    await until("its frame", () => frameOf(page) !== undefined);
    await listOrigins(portal.origin);
    await page.locator("#open").click();
    await says(page, "ended: not-embeddable");
  });

  it("of another origin gets no seat either: the edge holds what the frame was told against the same list", async () => {
    const refused = { status: 403, type: "urn:nearglass:problem:not-embeddable" };
    const grant = await grantFor(portal.origin);
    expect(await redeem(grant, stranger.origin)).toEqual(refused);
    expect(await redeem(grant)).toEqual(refused);
    expect(await redeem(await grantFor(stranger.origin), stranger.origin)).toEqual(refused);
  });
});

describe("a partner", () => {
  it("N-4 opens a narrowed link, to look at, once", async () => {
    const { url }: { url: string } = await (await stack.api("POST", "/api/v1/links", { shared: true })).json();
    const own = await openPhone(browser, url);
    const partners = await seal(await narrow(url, { rights: ["view"], uses: 1, name: "Bob" }));
    const watching = await openPhone(await browser.newContext(), partners);
    expect(await watching.evaluate(() => document.querySelector("nearglass-view")?.session?.rights)).toEqual(["view"]);
    expect(await sessionOf(watching)).toBe(await sessionOf(own));
    const again = await (await browser.newContext()).newPage();
    await again.goto(partners);
    await until("the words", async () =>
      ((await again.locator("nearglass-view .veil").textContent()) ?? "").includes("already used"),
    );
    expect(await again.locator("#invite").isVisible()).toBe(false);
  });

  it("L-3 is invited by a button, with a link that the browser makes by itself", async () => {
    const { url }: { url: string } = await (await stack.api("POST", "/api/v1/links", { shared: true })).json();
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const own = await openPhone(context, url);
    const requests: string[] = [];
    own.on("request", (request) => requests.push(request.url()));
    await own.locator("#invite").click();
    await own.locator("#toast-words", { hasText: "was copied" }).waitFor();
    expect(requests).toEqual([]);
    const invitation = await own.evaluate(() => navigator.clipboard.readText());
    const watching = await openPhone(await browser.newContext(), invitation);
    expect(await watching.evaluate(() => document.querySelector("nearglass-view")?.session?.rights)).toEqual([
      "view",
      "audio",
    ]);
    expect(await sessionOf(watching)).toBe(await sessionOf(own));
    await own.locator("#invite").click();
    await own.getByRole("button", { name: "Let them steer" }).click();
    await own.locator("#toast-words", { hasText: "to steer was copied" }).waitFor();
    const steering = await openPhone(
      await browser.newContext(),
      await own.evaluate(() => navigator.clipboard.readText()),
    );
    // The one who steered lets go, and takes it back.
    await leaseOf(own, true);
    await own.evaluate(() => document.querySelector("nearglass-view")?.session?.releaseLease());
    await leaseOf(own, false);
    await steering.getByRole("button", { name: "Take over" }).click();
    await leaseOf(steering, true);
    await until("the lease is back", async () => {
      await own.evaluate(() => document.querySelector("nearglass-view")?.session?.requestLease());
      return await own.evaluate(() => document.querySelector("nearglass-view")?.session?.lease.mine === true);
    });
    await leaseOf(steering, false);
    expect((await statsOf(own)).state).toBe("live");
  });
});

async function sessionOf(page: Page | Frame): Promise<string | undefined> {
  return await page.evaluate(() => document.querySelector("nearglass-view")?.session?.id);
}

async function leaseOf(page: Page, mine: boolean): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector("nearglass-view")?.session?.lease.mine === wanted,
    mine,
  );
}
