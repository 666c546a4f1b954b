import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { bodyOf, call, expectProblem, openSocket, type SeatBody } from "../../support/api.ts";
import { FleetWorld } from "../../support/fleet-world.ts";
import {
  ACME,
  account,
  audited,
  books,
  OTHER,
  OWN,
  order,
  SigninBrowser,
  STRONG,
  setUp,
} from "../../support/signin-world.ts";
import { EVERYTHING, granted, TenantWorld } from "../../support/tenant-world.ts";

let region: string;

beforeEach(async () => {
  await order("tamper", {});
  await setUp(ACME);
  region = crypto.randomUUID();
  await new FleetWorld(region, ACME).host("rack", ["demo", "second"]);
});

async function open(
  browser: SigninBrowser,
  body: object = {},
  headers: Record<string, string> = OWN,
): Promise<Response> {
  return await browser.edge("POST", "/api/v1/sessions", { headers, body: { region, ...body } });
}

async function seatOf(browser: SigninBrowser): Promise<SeatBody> {
  return await bodyOf<SeatBody>(await open(browser), 201);
}

/** As if this much time had gone by for the browser, as far as the books say. */
async function pass(browser: SigninBrowser, milliseconds: number): Promise<void> {
  await runInDurableObject(books(ACME), (_object, { storage }) => {
    storage.sql.exec(
      `UPDATE signin SET turned = turned - ?, seen = seen - ?, expires = expires - ?, old_until = old_until - ? WHERE id = ?`,
      ...[milliseconds, milliseconds, milliseconds, milliseconds, browser.secret.slice(0, 32)],
    );
  });
}

const MINUTE_MS = 60_000;

describe("somebody who is signed in", () => {
  it("sees what they may open, opens it as who they are, and is seen in the books", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const { person } = await browser.who();
    const listed = await bodyOf(await browser.edge("GET", `/api/v1/signin/devices?region=${region}`), 200);
    expect(listed).toMatchObject({ devices: [{ host: "rack", device: { id: "demo" }, state: "free" }, {}] });
    const { session, ticket, viewerUrl } = await seatOf(browser);
    const { peer } = await openSocket(viewerUrl, ticket);
    await peer.settled();
    const opened = (await audited(ACME, "seat.opened")).filter((event) => event.session === session);
    expect(opened).toMatchObject([
      { actor: `person:${person.id}`, detail: { rights: expect.arrayContaining(["touch"]) } },
    ]);
  });

  it("opens nothing for another, and nothing that policies forbid", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const { person } = await browser.who();
    const other = await new TenantWorld(ACME).person(account());
    await expectProblem(await open(browser, { person: other }), 403, "forbidden");
    const deny = {
      capabilities: { view: { effect: "deny" }, audio: { effect: "deny" } },
      session: { countries: ["XX"] },
    } as const;
    const binding = { to: "person", id: person.id } as const;
    granted(await books(ACME).addPolicy(EVERYTHING, { name: "Not now", binding, ...deny }));
    await expectProblem(await open(browser), 403, "not-allowed");
    const listed = await bodyOf(await browser.edge("GET", `/api/v1/signin/devices?region=${region}`), 200);
    expect(listed).toEqual({ rights: [], devices: [] });
  });

  it("may do nothing that a key is needed for", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    for (const path of ["/api/v1/tenant/people", "/api/v1/tenant/audit"]) {
      await expectProblem(await browser.edge("GET", path, { headers: OWN }), 401, "unauthorized");
    }
  });

  it("administers what the role allows, and what changes something with as much proof as a device takes", async () => {
    const who = account();
    const browser = await new SigninBrowser().signedIn(ACME, who);
    const { person } = await browser.who();
    const revoke = async () =>
      await browser.edge("DELETE", `/api/v1/devices/rack/demo?region=${region}`, { headers: OWN });
    const list = async () => await browser.edge("GET", `/api/v1/devices?region=${region}`);
    for (const answer of [await revoke(), await list()]) await expectProblem(answer, 403, "forbidden");
    granted(await books(ACME).changePerson(EVERYTHING, person.id, { role: "support" }));
    await expectProblem(await revoke(), 403, "forbidden");
    expect(await bodyOf(await list(), 200)).toMatchObject({ devices: [{ state: "free" }, { state: "free" }] });
    granted(await books(ACME).changePerson(EVERYTHING, person.id, { role: "admin" }));
    await setUp(ACME, { acrToOpen: [STRONG] });
    await expectProblem(await revoke(), 403, "step-up-needed");
    await bodyOf(await list(), 200);
    await browser.signedIn(ACME, who, { acr: STRONG, query: "?for=open" });
    const path = `/api/v1/devices/rack/demo?region=${region}`;
    await expectProblem(await browser.edge("DELETE", path), 403, "foreign-request");
    expect((await revoke()).status).toBe(204);
    expect((await audited(ACME, "device.revoked")).at(-1)).toMatchObject({ actor: `person:${person.id}` });
    const seen = await bodyOf(await browser.edge("GET", `/api/v1/signin/devices?region=${region}`), 200);
    expect(seen).toMatchObject({ devices: [{ device: { id: "second" } }] });
  });

  it("proves more before a device is opened, where the tenant demands it, and keeps what is open", async () => {
    const [browser, who] = [new SigninBrowser(), account()];
    await browser.signedIn(ACME, who);
    const seat = await seatOf(browser);
    const { peer } = await openSocket(seat.viewerUrl, seat.ticket);
    await setUp(ACME, { acrToOpen: [STRONG] });
    expect(await browser.who()).toMatchObject({ needsStepUp: true });
    await expectProblem(await open(browser), 403, "step-up-needed");
    const question = await browser.begin(ACME, "?for=open");
    expect(Object.fromEntries(question.searchParams)).toMatchObject({ acr_values: STRONG, prompt: "login" });
    const before = browser.secret;
    expect((await browser.edge("GET", await browser.nameSelf(question, { account: who, acr: STRONG }))).status).toBe(
      303,
    );
    expect(browser.secret).not.toBe(before);
    expect(await browser.who()).toMatchObject({ needsStepUp: false, acr: STRONG });
    await seatOf(browser);
    expect(peer.closed).toBeUndefined();
    // What was opened before hangs on the new sign-in.
    await browser.edge("POST", "/api/v1/signin/out", { headers: OWN });
    expect(await peer.closing()).toMatchObject({ code: 4010 });
    browser.secret = before;
    await expectProblem(await browser.edge("GET", "/api/v1/signin"), 401, "signed-out");
  });
});

describe("what an object keeps in memory", () => {
  it("is out of reach of whoever may call it", async () => {
    await expect(Reflect.get(books(ACME), "ledger")).rejects.toThrow('does not implement "ledger"');
  });
});

describe("a request with a cookie", () => {
  it.each([
    ["without an origin", { "X-Nearglass-Request": "1" }],
    ["of another origin", { ...OWN, Origin: "https://evil.example" }],
    ["of no origin", { ...OWN, Origin: "null" }],
    ["of the same host over plain http", { ...OWN, Origin: "http://nearglass.example" }],
    ["that a form could send", { Origin: OWN.Origin }],
    ["that the browser calls foreign", { ...OWN, "Sec-Fetch-Site": "cross-site" }],
    ["of a sister host", { ...OWN, "Sec-Fetch-Site": "same-site" }],
  ])("%s changes nothing", async (_words, headers: Record<string, string>) => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    await expectProblem(await open(browser, {}, headers), 403, "foreign-request");
    await expectProblem(await browser.edge("POST", "/api/v1/signin/out", { headers }), 403, "foreign-request");
    await browser.who();
  });

  it.each([
    ["nonsense", () => "nonsense"],
    ["of no sign-in", (text: string) => text.replace(/^.{32}/, "0".repeat(32))],
    ["with another secret", (text: string) => text.replace(/\..{43}\./, `.${"A".repeat(43)}.`)],
    ["of another tenant", (text: string) => text.replace(/acme$/, "other")],
    ["of a tenant that there is not", (text: string) => text.replace(/acme$/, "nowhere")],
    ["with more after it", (text: string) => `${text}x`],
  ])("that is %s opens nothing", async (_words, spoil) => {
    await setUp(OTHER);
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const good = browser.secret;
    browser.secret = spoil(good);
    await expectProblem(await browser.edge("GET", "/api/v1/signin"), 401, "signed-out");
    browser.secret = good;
    await browser.who();
  });

  it("is weighed by its key, when it brings one too", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const key = await new TenantWorld(ACME).key(["audit:read"]);
    await expectProblem(await open(browser, {}, { Authorization: `Bearer ${key}` }), 403, "forbidden");
  });

  it("without anything is told what it lacks", async () => {
    await expectProblem(await call("GET", "/api/v1/signin"), 401, "signed-out");
    await expectProblem(await call("POST", "/api/v1/signin/out", { headers: OWN }), 401, "signed-out");
    await expectProblem(await call("POST", "/api/v1/sessions", { body: {} }), 401, "unauthorized");
  });
});

describe("a cookie's secret", () => {
  it("is another after a while; the one before counts until the next was shown, and a moment longer", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const first = browser.secret;
    await browser.who();
    expect(browser.secret).toBe(first);
    await pass(browser, 16 * MINUTE_MS);
    await browser.who();
    const second = browser.secret;
    expect(second).not.toBe(first);
    // The answer may have been lost: the first still counts, and is not answered with a third at once.
    browser.secret = first;
    await browser.who();
    expect(browser.secret).toBe(first);
    browser.secret = second;
    await browser.who();
    browser.secret = first;
    await browser.who();
  });

  it("that is shown long after the next one was has been stolen: both are signed out, and the picture ends", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const seat = await seatOf(browser);
    const { peer } = await openSocket(seat.viewerUrl, seat.ticket);
    const first = browser.secret;
    await pass(browser, 16 * MINUTE_MS);
    await browser.who();
    const second = browser.secret;
    await browser.who();
    await pass(browser, 2 * MINUTE_MS);
    browser.secret = first;
    await expectProblem(await browser.edge("GET", "/api/v1/signin"), 401, "signed-out");
    browser.secret = second;
    await expectProblem(await browser.edge("GET", "/api/v1/signin"), 401, "signed-out");
    expect(await peer.closing()).toMatchObject({ code: 4010 });
    expect((await audited(ACME, "signin.ended")).at(-1)).toMatchObject({ detail: { reason: "cookie-used-twice" } });
  });

  it("is over when nobody was there for two hours, and after twelve in any case", async () => {
    const idle = await new SigninBrowser().signedIn(ACME, account());
    await pass(idle, 121 * MINUTE_MS);
    await expectProblem(await idle.edge("GET", "/api/v1/signin"), 401, "signed-out");
    const busy = await new SigninBrowser().signedIn(ACME, account());
    for (let hour = 0; hour < 12; hour += 1) {
      await busy.who();
      await pass(busy, 60 * MINUTE_MS);
    }
    await expectProblem(await busy.edge("GET", "/api/v1/signin"), 401, "signed-out");
  });

  it("is one of twenty at most: the browser longest unseen is signed out", async () => {
    const who = account();
    const first = await new SigninBrowser().signedIn(ACME, who);
    await pass(first, MINUTE_MS);
    const others = await Promise.all(Array.from({ length: 20 }, () => new SigninBrowser().signedIn(ACME, who)));
    await expectProblem(await first.edge("GET", "/api/v1/signin"), 401, "signed-out");
    for (const other of others) await other.who();
  });
});

describe("signing out", () => {
  it("ends this browser's pictures, and no other's", async () => {
    const who = account();
    const [one, two] = [await new SigninBrowser().signedIn(ACME, who), await new SigninBrowser().signedIn(ACME, who)];
    const peers = [];
    for (const browser of [one, two]) {
      const seat = await seatOf(browser);
      peers.push((await openSocket(seat.viewerUrl, seat.ticket)).peer);
    }
    const secret = one.secret;
    const answer = await bodyOf(await one.edge("POST", "/api/v1/signin/out", { headers: OWN }), 200);
    expect(answer).toEqual({ providerSignOut: expect.stringMatching(/^http:.*\/session\/end\?client_id=nearglass$/) });
    expect(one.cookies.size).toBe(0);
    expect(await peers[0]?.closing()).toMatchObject({ code: 4010 });
    one.secret = secret;
    await expectProblem(await one.edge("GET", "/api/v1/signin"), 401, "signed-out");
    await two.who();
    await peers[1]?.settled();
    expect(peers[1]?.closed).toBeUndefined();
  });

  it("is done for a browser in which another person signs in", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const seat = await seatOf(browser);
    const { peer } = await openSocket(seat.viewerUrl, seat.ticket);
    const fresh = new SigninBrowser();
    fresh.secret = browser.secret;
    await fresh.signedIn(ACME, account());
    expect(await peer.closing()).toMatchObject({ code: 4010 });
    await expectProblem(await browser.edge("GET", "/api/v1/signin"), 401, "signed-out");
    await fresh.who();
  });

  it("is done for whoever is disabled, for good", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const { person } = await browser.who();
    granted(await books(ACME).changePerson(EVERYTHING, person.id, { active: false }));
    await expectProblem(await browser.edge("GET", "/api/v1/signin"), 401, "signed-out");
    granted(await books(ACME).changePerson(EVERYTHING, person.id, { active: true }));
    await expectProblem(await browser.edge("GET", "/api/v1/signin"), 401, "signed-out");
  });
});
