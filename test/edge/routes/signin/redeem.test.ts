import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { bodyOf, call, expectProblem, type LinkBody, openSocket, type SeatBody } from "../../support/api.ts";
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
import { TenantWorld } from "../../support/tenant-world.ts";

const TURN_MS = 16 * 60_000;

let region: string;

beforeEach(async () => {
  await order("tamper", {});
  await setUp(ACME);
  region = crypto.randomUUID();
  await new FleetWorld(region, ACME).host("rack", ["demo", "second"]);
});

async function linkFor(audience: string): Promise<string> {
  const token = await new TenantWorld(ACME).key(["links:write"]);
  const made = await call("POST", "/api/v1/links", { token, body: { region, audience } });
  return (await bodyOf<LinkBody>(made, 201)).grant;
}

async function redeem(browser: SigninBrowser, grant: string, headers: Record<string, string> = OWN): Promise<Response> {
  return await browser.edge("POST", "/api/v1/links/redeem", { headers, body: { grant } });
}

describe("N-5 a link for one person who is signed in", () => {
  it("opens in their browser, as who they are, and ends with the sign-in", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const { person } = await browser.who();
    const grant = await linkFor(person.userName);
    const { session, viewerUrl, ticket } = await bodyOf<SeatBody>(await redeem(browser, grant), 201);
    const { peer } = await openSocket(viewerUrl, ticket);
    await peer.settled();
    const opened = (await audited(ACME, "seat.opened")).filter((event) => event.session === session);
    expect(opened).toMatchObject([{ actor: `person:${person.id}`, detail: { signin: expect.any(String) } }]);
    const logoutToken = await order("logout-token", { subject: person.userName.split("@")[0] });
    const answer = await call("POST", `/api/v1/signin/${ACME}/back-channel-logout`, {
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ logout_token: logoutToken }).toString(),
    });
    expect({ status: answer.status, text: await answer.text() }).toMatchObject({ status: 200 });
    expect(await peer.closing()).toMatchObject({ code: 4010 });
    await expectProblem(await redeem(browser, grant), 403, "link-for-another");
  });

  it("opens for nobody else: not for another, not of another tenant, not from a foreign page", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const { person } = await browser.who();
    const grant = await linkFor(person.id);
    await expectProblem(await redeem(new SigninBrowser(), grant), 403, "link-for-another");
    const colleague = await new SigninBrowser().signedIn(ACME, account());
    await expectProblem(await redeem(colleague, grant), 403, "link-for-another");
    await setUp(OTHER);
    const namesake = await new SigninBrowser().signedIn(OTHER, person.userName.split("@")[0] ?? "");
    await expectProblem(await redeem(namesake, await linkFor(person.userName)), 403, "link-for-another");
    for (const headers of [{}, { ...OWN, Origin: "https://evil.example" }, { Origin: OWN.Origin }]) {
      await expectProblem(await redeem(browser, grant, headers), 403, "link-for-another");
    }
    const key = await new TenantWorld(ACME).key(["links:read"]);
    await expectProblem(
      await redeem(browser, grant, { ...OWN, Authorization: `Bearer ${key}` }),
      403,
      "link-for-another",
    );
    await bodyOf(await redeem(browser, grant), 201);
  });

  it("asks for more proof where the tenant does before a device is opened", async () => {
    const who = account();
    const browser = await new SigninBrowser().signedIn(ACME, who);
    const grant = await linkFor((await browser.who()).person.id);
    await setUp(ACME, { acrToOpen: [STRONG] });
    await expectProblem(await redeem(browser, grant), 403, "step-up-needed");
    await browser.signedIn(ACME, who, { acr: STRONG, query: "?for=open" });
    await bodyOf(await redeem(browser, grant), 201);
  });

  it("turns the cookie when it is time, whatever the answer is", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const grant = await linkFor((await browser.who()).person.id);
    const before = browser.secret;
    await turned(browser);
    await bodyOf(await redeem(browser, grant), 201);
    const second = browser.secret;
    expect(second).not.toBe(before);
    await browser.who();
    await turned(browser);
    await expectProblem(await redeem(browser, await linkFor("somebody-else")), 403, "link-for-another");
    expect(browser.secret).not.toBe(second);
  });
});

async function turned(browser: SigninBrowser): Promise<void> {
  await runInDurableObject(books(ACME), (_object, { storage }) => {
    storage.sql.exec("UPDATE signin SET turned = turned - ? WHERE id = ?", TURN_MS, browser.secret.slice(0, 32));
  });
}
