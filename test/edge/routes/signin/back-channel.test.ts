import { beforeEach, describe, expect, it } from "vitest";
import { bodyOf, expectProblem, openSocket, type SeatBody } from "../../support/api.ts";
import { FleetWorld } from "../../support/fleet-world.ts";
import type { Peer } from "../../support/peer.ts";
import { ACME, account, audited, OTHER, OWN, order, SigninBrowser, setUp } from "../../support/signin-world.ts";

let who: string;
let browser: SigninBrowser;
let peer: Peer;

/** Somebody who is signed in, with a picture before them. */
beforeEach(async () => {
  const region = crypto.randomUUID();
  await new FleetWorld(region, ACME).host("rack");
  await Promise.all([setUp(ACME), setUp(OTHER, { clientId: "another" })]);
  who = account();
  await order("tamper", { claims: { sid: `session of ${who}` } });
  browser = await new SigninBrowser().signedIn(ACME, who);
  await order("tamper", {});
  const opened = await browser.edge("POST", "/api/v1/sessions", { headers: OWN, body: { region } });
  const { viewerUrl, ticket } = await bodyOf<SeatBody>(opened, 201);
  peer = (await openSocket(viewerUrl, ticket)).peer;
  await peer.settled();
});

async function tell(token: string, tenant: string = ACME): Promise<Response> {
  return await new SigninBrowser().edge("POST", `/api/v1/signin/${tenant}/back-channel-logout`, {
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: `logout_token=${encodeURIComponent(token)}`,
  });
}

async function staysSignedIn(): Promise<void> {
  await browser.who();
  await peer.settled();
  expect(peer.closed).toBeUndefined();
}

const now = () => Math.floor(Date.now() / 1_000);
const EVENT = "http://schemas.openid.net/event/backchannel-logout";

describe("the provider signs somebody out", () => {
  it.each([
    ["from everywhere", () => ({ subject: who })],
    ["from one of its sessions", () => ({ session: `session of ${who}` })],
    ["from one of its sessions, by both names", () => ({ subject: who, session: `session of ${who}` })],
  ])("%s: the cookie counts no more, and the picture is gone before the answer comes", async (_words, wish) => {
    const answer = await tell(await order("logout-token", wish()));
    expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    expect(await peer.closing()).toMatchObject({ code: 4010 });
    await expectProblem(await browser.edge("GET", "/api/v1/signin"), 401, "signed-out");
    expect((await audited(ACME, "signin.ended")).at(-1)).toMatchObject({
      detail: { reason: "logged-out-by-provider" },
    });
    expect((await audited(ACME, "access.ended")).at(-1)).toMatchObject({ subject: expect.stringContaining("signin:") });
  });

  it.each([
    ["who is not here", () => ({ subject: account() })],
    ["from another of its sessions", () => ({ subject: who, session: "another" })],
    ["who is another, from a session of that name", () => ({ subject: account(), session: `session of ${who}` })],
  ])("%s: nothing happens", async (_words, wish) => {
    expect((await tell(await order("logout-token", wish()))).status).toBe(200);
    await staysSignedIn();
  });

  it("once by each token: whoever signs in again is not signed out by it", async () => {
    const token = await order("logout-token", { subject: who });
    expect((await tell(token)).status).toBe(200);
    await browser.signedIn(ACME, who);
    await expectProblem(await tell(token), 400, "logout-not-valid");
    await browser.who();
  });

  it.each([
    ["that is signed by nobody", () => ({ sign: "none" })],
    ["that is signed with the public key as a secret", () => ({ sign: "public-key-as-secret" })],
    ["that is signed by another key of the same name", () => ({ sign: "swapped-key" })],
    ["of another issuer", () => ({ claims: { iss: "https://evil.example" } })],
    ["for another client", () => ({ claims: { aud: "another" } })],
    ["without the event", () => ({ claims: { events: {} } })],
    ["whose event is no object", () => ({ claims: { events: { [EVENT]: true } } })],
    ["with a nonce, as an ID token has", () => ({ claims: { nonce: "x" } })],
    ["of another type", () => ({ type: "at+jwt" })],
    ["without an id", () => ({ claims: { jti: null } })],
    ["of nobody", () => ({ claims: { sub: null, sid: null } })],
    ["without a time", () => ({ claims: { iat: null } })],
    ["of long ago", () => ({ claims: { iat: now() - 400 } })],
    ["of the future", () => ({ claims: { iat: now() + 90 } })],
    ["that has ended", () => ({ claims: { exp: now() - 90 } })],
  ])("but not by a token %s", async (_words, tampering) => {
    const token = await order("logout-token", { subject: who, tampering: tampering() });
    await expectProblem(await tell(token), 400, "logout-not-valid");
    await staysSignedIn();
  });

  it.each([
    ["a little slow", () => ({ claims: { iat: now() - 50, exp: now() - 50 } })],
    ["a little fast", () => ({ claims: { iat: now() + 50 } })],
  ])("by a clock that is %s", async (_words, tampering) => {
    expect((await tell(await order("logout-token", { subject: who, tampering: tampering() }))).status).toBe(200);
    await peer.closing();
  });

  it("but not at another tenant's door, nor by another tenant's client", async () => {
    const ours = await order("logout-token", { subject: who });
    await expectProblem(await tell(ours, OTHER), 400, "logout-not-valid");
    const theirs = await order("logout-token", { client: "another", subject: who });
    expect((await tell(theirs, OTHER)).status).toBe(200);
    await expectProblem(await tell(theirs), 400, "logout-not-valid");
    await expectProblem(await tell(ours, crypto.randomUUID()), 404, "no-signin");
    await staysSignedIn();
  });

  it.each([
    ["nothing", ""],
    ["a word", "x"],
    ["three words", "a.b.c"],
    ["more than is read", "x".repeat(16_385)],
  ])("but not by %s", async (_words, token) => {
    expect((await tell(token)).status).toBe(400);
    await staysSignedIn();
  });
});
