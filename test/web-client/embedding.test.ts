import { expect, test } from "vitest";
import { encodeColours } from "../support/painted-pictures.ts";
import { until } from "../support/until.ts";
import { browserWorld, GRANT, RED, saysOver, showsColour, TALL } from "./browser-world.ts";

const { startEdge, openPage } = browserWorld();

test("/embed.js mounts the element of a page that the edge serves itself, with the same events as a frame", async () => {
  const edge = await startEdge();
  const page = await openPage(edge);
  (await edge.seat()).welcome();
  // As a text, since this file's own way of importing is not the page's.
  await page.evaluate('import("/embed.js").then(({ mount }) => Object.assign(window, { mount }))');
  await page.evaluate((grant) => {
    // Safe: the line before has put it there.
    const { mount } = window as unknown as typeof import("../../web-client/embed/index.ts");
    const view = document.querySelector("nearglass-view");
    if (view === null) throw new Error("the page has no view");
    const told: string[] = [];
    Object.assign(window, { told });
    const phone = mount(view);
    phone.on("state", ({ name }) => told.push(name));
    phone.on("lease", ({ mine }) => told.push(`lease ${mine}`));
    phone.on("ended", ({ reason }) => told.push(`ended ${reason}`));
    phone.open({ grant });
    Object.assign(window, { phone });
  }, `${GRANT}2`);
  const seat = await edge.seat(1);
  seat.welcome();
  const [red] = await encodeColours(TALL, [RED]);
  if (red === undefined) throw new Error("nothing was encoded");
  seat.frame({ sequence: 1, keyframe: true }, red.data);
  await showsColour(page, RED);
  expect(edge.redeemed).toEqual([GRANT, `${GRANT}2`]);
  await page.evaluate(() => Reflect.get(window, "phone").close());
  await until("all was told", async () =>
    (await page.evaluate(() => Reflect.get(window, "told"))).includes("ended closed"),
  );
  expect(await page.evaluate(() => Reflect.get(window, "told"))).toEqual([
    ...["redeeming", "connecting", "live", "lease true", "ended", "ended closed"],
  ]);
});

test("/embed.js stands alone: other people's pages load one file, which they may read from elsewhere", async () => {
  const edge = await startEdge();
  const page = await openPage(edge);
  (await edge.seat()).welcome();
  const { text, origin } = await page.evaluate(async () => {
    const response = await fetch("/embed.js");
    return { text: await response.text(), origin: response.headers.get("Access-Control-Allow-Origin") };
  });
  expect(origin).toBe("*");
  expect(text).not.toMatch(/\bimport\s*[("'`{]|\bfrom\s*["'`]/);
  expect(text.length).toBeLessThan(4_096);
});

test.each([
  ["not-embeddable", "Not in this page"],
  ["link-not-yet", "This link is not valid yet"],
  ["link-for-another", "This link is for somebody else"],
  ["step-up-needed", "More proof is needed"],
])("N-5 a link that is refused as %s says so", async (problem, words) => {
  const edge = await startEdge();
  edge.onRedeem = () => ({ status: 403, problem });
  const page = await openPage(edge);
  await saysOver(page, words);
});

test.each([
  ["link-for-another", "Sign in, if it is for you", "entry"],
  ["step-up-needed", "Sign in again", "open"],
])(
  "N-5 whoever is refused as %s can sign in, and comes back to the link, which no address told",
  async (problem, words, purpose) => {
    const edge = await startEdge();
    edge.onRedeem = () => ({ status: 403, problem });
    const claims = Buffer.from(JSON.stringify({ exp: 2e9, tenant: "acme" })).toString("base64url");
    const grant = `h.${claims}.s`;
    const page = await openPage(edge, {}, `/s#${grant}`);
    await page.getByRole("link", { name: words }).click();
    await page.waitForURL(`${edge.origin}/api/v1/signin/acme/start?for=${purpose}&return=/s`);
    edge.onRedeem = () => ({ status: 201, session: "weur-1", ticket: "ticket-1" });
    await page.goto(`${edge.origin}/s`);
    await edge.seat();
    expect(edge.redeemed).toEqual([grant, grant]);
    expect(page.url()).toBe(`${edge.origin}/s#${grant}`);
    expect(edge.urls.filter((url) => url.includes(claims))).toEqual([]);
    expect(await page.getByRole("link").count()).toBe(0);
  },
);

test("N-5 a link is redeemed with the cookie of whoever is signed in, and a header that says the page meant to", async () => {
  const edge = await startEdge();
  const page = await openPage(edge, {}, "/embed");
  await page.context().addCookies([{ name: "signed-in", value: "1", url: edge.origin }]);
  await page.goto(`${edge.origin}/s#${GRANT}`);
  await edge.seat();
  expect(edge.redeemedWith).toMatchObject([{ cookie: "signed-in=1", "x-nearglass-request": "redeem" }]);
});

test("the page for frames, opened by itself, says that it needs a link", async () => {
  const edge = await startEdge();
  const page = await openPage(edge, {}, "/embed");
  await page.getByText("A link is needed").waitFor();
});

test.each([320, 361, 390])(
  "N-3 the button to invite is there for a link that can be narrowed, and fits %i pixels",
  async (width) => {
    const edge = await startEdge();
    const seed = "A".repeat(43);
    const claims = Buffer.from(JSON.stringify({ exp: 2e9, rights: ["view"] })).toString("base64url");
    const page = await openPage(edge, { viewport: { width, height: 568 } }, `/s#h.${claims}.s~${seed}`);
    (await edge.seat()).welcome();
    await page.locator("#invite").waitFor();
    await page.locator("#connection-ms:not(:empty)").waitFor();
    const last = await page.locator("#connection").boundingBox();
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(width);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  },
);
