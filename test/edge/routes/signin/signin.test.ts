import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { roundKind, signingKey, signToken } from "../../../../edge/access/index.ts";
import { createApp } from "../../../../edge/app.ts";
import { anywhere, bodyOf, call, expectProblem } from "../../support/api.ts";
import {
  ACME,
  account,
  audited,
  books,
  OTHER,
  order,
  SigninBrowser,
  STRONG,
  setUp,
} from "../../support/signin-world.ts";
import { EVERYTHING, granted, TenantWorld } from "../../support/tenant-world.ts";

beforeEach(async () => {
  await order("tamper", {});
  await setUp(ACME);
});

describe("signing in", () => {
  it("ends where it began, with a cookie that only https and the edge itself see", async () => {
    const [browser, who] = [new SigninBrowser(), account()];
    const response = await browser.signIn(ACME, who, { query: "?return=/portal%3Fregion%3Dlocal" });
    expect(response.status).toBe(303);
    expect(response.headers.get("Location")).toBe("/portal?region=local");
    const set = response.headers.getSetCookie().find((line) => line.startsWith("__Host-nearglass="));
    expect(set?.replace(/=[^;]*/, "=")).toBe("__Host-nearglass=; Path=/; HttpOnly; Secure; SameSite=Lax");
    expect([...browser.cookies.keys()]).toEqual(["__Host-nearglass"]);
    expect(await browser.who()).toMatchObject({
      tenant: ACME,
      person: { userName: `${who}@example.com`, name: `${who} of Example`, role: "member" },
      needsStepUp: false,
    });
  });

  it("is written down, and so is a refusal", async () => {
    const [browser, who] = [new SigninBrowser(), account()];
    await browser.signedIn(ACME, who);
    const { person } = await browser.who();
    const subject = `person:${person.id}`;
    expect((await audited(ACME, "signin.succeeded")).at(-1)).toMatchObject({ actor: subject, subject });
    await setUp(ACME, { provision: false });
    const stranger = account();
    await expectProblem(await new SigninBrowser().signIn(ACME, stranger), 403, "signin-refused");
    const detail = { reason: "no-such-person", userName: `${stranger}@example.com` };
    expect((await audited(ACME, "signin.refused")).at(-1)).toMatchObject({ actor: "identity-provider", detail });
  });

  it("asks for PKCE, state and nonce, each new", async () => {
    const [first, second] = [await new SigninBrowser().begin(ACME), await new SigninBrowser().begin(ACME)];
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(first.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
      expect(first.searchParams.get(name)).not.toBe(second.searchParams.get(name));
    }
    expect(first.searchParams.get("code_challenge_method")).toBe("S256");
    expect(first.searchParams.get("redirect_uri")).toBe("https://nearglass.example/api/v1/signin/acme/callback");
  });

  it.each(["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a b", ""])(
    "goes on to no other place: %j",
    async (path) => {
      const browser = new SigninBrowser();
      const response = await browser.signIn(ACME, account(), { query: `?return=${encodeURIComponent(path)}` });
      expect(response.headers.get("Location")).toBe("/portal");
    },
  );

  it("is two at once in two tabs", async () => {
    const [browser, who] = [new SigninBrowser(), account()];
    const [first, second] = [await browser.begin(ACME), await browser.begin(ACME)];
    const back = await browser.nameSelf(first, { account: who });
    expect((await browser.edge("GET", back)).status).toBe(303);
    expect((await browser.edge("GET", await browser.nameSelf(second, { account: who }))).status).toBe(303);
  });

  it("is not begun without a provider, nor where a browser would not keep the cookie", async () => {
    await expectProblem(await call("GET", `/api/v1/signin/${crypto.randomUUID()}/start`), 404, "no-signin");
    const plain = new Request(`http://nearglass.example/api/v1/signin/${ACME}/start`);
    await expectProblem(await createApp().fetch(plain, env), 400, "https-needed");
  });

  it("is begun so often by one address, and then for a while no more", async () => {
    const browser = new SigninBrowser();
    let begun = 0;
    let answer = await browser.edge("GET", `/api/v1/signin/${crypto.randomUUID()}/start`);
    // The platform counts by the minute of its clock: where one ends meanwhile, the count begins anew, and once at most.
    while (answer.status === 404 && begun <= 2 * 300) {
      begun += 1;
      answer = await browser.edge("GET", `/api/v1/signin/${crypto.randomUUID()}/start`);
    }
    expect(begun).toBeGreaterThanOrEqual(300);
    expect(answer.headers.get("Retry-After")).toBe("60");
    await expectProblem(answer, 429, "too-many-requests");
    expect((await new SigninBrowser().edge("GET", `/api/v1/signin/${ACME}/start`)).status).toBe(302);
  });

  it("fails so often for one address, and then the provider is not asked for a while", async () => {
    const [tenant, address] = [OTHER, anywhere()];
    await setUp(tenant, { provision: false });
    for (let count = 0; count < 50; count += 1) {
      await expectProblem(await new SigninBrowser(address).signIn(tenant, account()), 403, "signin-refused");
    }
    const browser = new SigninBrowser(address);
    const refused = await browser.edge("GET", `/api/v1/signin/${tenant}/start`);
    expect(refused.headers.get("Retry-After")).toMatch(/^[1-9]\d{0,2}$/);
    await expectProblem(refused, 429, "too-many-requests");
    await browser.begin(ACME);
    const elsewhere = new SigninBrowser();
    await expectProblem(await elsewhere.signIn(tenant, account()), 403, "signin-refused");
    await runInDurableObject(books(tenant), (_object, { storage }) => {
      storage.sql.exec("UPDATE signin_failure SET expires = expires - ?", 10 * 60_000);
    });
    await browser.begin(tenant);
  });

  it("that was under way is refused too, once its address has failed so often", async () => {
    await setUp(OTHER, { provision: false });
    const address = anywhere();
    const browser = new SigninBrowser(address);
    const back = await browser.nameSelf(await browser.begin(OTHER), { account: account() });
    for (let count = 0; count < 50; count += 1) await new SigninBrowser(address).signIn(OTHER, account());
    const refused = await browser.edge("GET", back);
    expect(refused.headers.get("Retry-After")).toMatch(/^[1-9]\d{0,2}$/);
    await expectProblem(refused, 429, "too-many-requests");
  });

  it("is done so often by one person, and then for a while no more", async () => {
    const who = account();
    for (let count = 0; count < 30; count += 1) await new SigninBrowser().signedIn(ACME, who);
    await expectProblem(await new SigninBrowser().signIn(ACME, who), 429, "too-many-requests");
    await new SigninBrowser().signedIn(ACME, account());
  });

  it("that the person gave up is no fault", async () => {
    const browser = new SigninBrowser();
    const back = await browser.nameSelf(await browser.begin(ACME), { cancel: "1" });
    await expectProblem(await browser.edge("GET", back), 403, "signin-declined");
  });

  it("shows a person a page with words, and a program the problem", async () => {
    const browser = new SigninBrowser();
    const back = await browser.nameSelf(await browser.begin(ACME), { cancel: "1" });
    const page = await browser.edge("GET", back, { headers: { Accept: "text/html,*/*" } });
    expect(page.status).toBe(303);
    expect(page.headers.get("Location")).toBe("/portal?tenant=acme#refused=signin-declined");
  });

  it("says that the provider cannot be asked, when it cannot", async () => {
    const tenant = crypto.randomUUID();
    await setUp(tenant, { issuer: "http://127.0.0.1:9" });
    await expectProblem(await call("GET", `/api/v1/signin/${tenant}/start`), 503, "provider-unavailable");
    // Its secret was not set for this deployment.
    await setUp(tenant);
    await expectProblem(await new SigninBrowser().signIn(tenant, account()), 503, "provider-unavailable");
  });
});

describe("whoever signs in", () => {
  it("is the person of that user name, whatever the case of its letters, and stays that person", async () => {
    await setUp(ACME, { provision: false });
    const who = account();
    const id = await new TenantWorld(ACME).person(`${who.toUpperCase()}@EXAMPLE.com`, { role: "admin" });
    const browser = await new SigninBrowser().signedIn(ACME, who);
    expect(await browser.who()).toMatchObject({ person: { id, role: "admin" } });
    granted(await books(ACME).changePerson(EVERYTHING, id, { userName: `${who}.married@example.com` }));
    expect(await (await new SigninBrowser().signedIn(ACME, who)).who()).toMatchObject({ person: { id } });
  });

  it("is not somebody whose user name the provider has given to another since", async () => {
    const [first, second] = [account(), account()];
    await new SigninBrowser().signedIn(ACME, first);
    await order("tamper", { claims: { sub: first } });
    // The user info is of another subject than the token: the library refuses it.
    await expectProblem(await new SigninBrowser().signIn(ACME, second), 400, "signin-not-valid");
    await order("tamper", { claims: { email: `${first}@example.com`, groups: [] } });
    await expectProblem(await new SigninBrowser().signIn(ACME, second), 403, "signin-refused");
    expect((await audited(ACME, "signin.refused")).at(-1)).toMatchObject({ detail: { reason: "taken-by-another" } });
  });

  it("is refused when disabled, and when the address is not verified", async () => {
    const [who, unverified] = [account(), account()];
    const { person } = await (await new SigninBrowser().signedIn(ACME, who)).who();
    granted(await books(ACME).changePerson(EVERYTHING, person.id, { active: false }));
    await expectProblem(await new SigninBrowser().signIn(ACME, who), 403, "signin-refused");
    await order("know", { account: unverified, about: { emailVerified: false } });
    await expectProblem(await new SigninBrowser().signIn(ACME, unverified), 403, "signin-refused");
  });

  it("is in the groups that the claim names, of those that follow it, and in no other of them", async () => {
    const [who, world] = [account(), new TenantWorld(ACME)];
    const group = async (name: string) => granted(await world.stub.addGroup(EVERYTHING, { name, members: [] })).id;
    const [sales, staff, chosen] = [
      await group(`sales ${who}`),
      await group(`staff ${who}`),
      await group(`own ${who}`),
    ];
    const follow = { claim: "Sales", group: sales };
    await setUp(ACME, { groups: [follow, { claim: "Staff", group: staff }] });
    await order("know", { account: who, about: { groups: ["Sales", "Nothing of ours"] } });
    const { person } = await (await new SigninBrowser().signedIn(ACME, who)).who();
    granted(await world.stub.changeGroup(EVERYTHING, chosen, { members: [person.id] }));
    expect(await world.stub.person(person.id)).toMatchObject({ value: { groups: [chosen, sales].sort() } });
    await order("know", { account: who, about: { groups: ["Staff"] } });
    await new SigninBrowser().signedIn(ACME, who);
    expect(await world.stub.person(person.id)).toMatchObject({ value: { groups: [chosen, staff].sort() } });
    expect((await audited(ACME, "person.changed")).at(-1)).toMatchObject({
      detail: { joined: [staff], left: [sales] },
    });
    await order("know", { account: who, about: {} });
    await new SigninBrowser().signedIn(ACME, who);
    expect(await world.stub.person(person.id)).toMatchObject({ value: { groups: [chosen] } });
  });

  it("must have proved what the tenant demands", async () => {
    await setUp(ACME, { acr: [STRONG] });
    const browser = new SigninBrowser();
    expect((await browser.begin(ACME)).searchParams.get("acr_values")).toBe(STRONG);
    await expectProblem(await browser.signIn(ACME, account()), 403, "step-up-needed");
    const weak = await new SigninBrowser().signIn(ACME, account(), { acr: "urn:example:password" });
    await expectProblem(weak, 403, "step-up-needed");
    expect(await (await new SigninBrowser().signedIn(ACME, account(), { acr: STRONG })).who()).toMatchObject({
      acr: STRONG,
    });
  });
});

describe("what does not hold", () => {
  it("a callback that comes twice", async () => {
    const browser = new SigninBrowser();
    const back = await browser.nameSelf(await browser.begin(ACME), { account: account() });
    const round = new Map(browser.cookies);
    expect((await browser.edge("GET", back)).status).toBe(303);
    for (const [name, value] of round) browser.cookies.set(name, value);
    await expectProblem(await browser.edge("GET", back), 400, "signin-not-valid");
  });

  it("a round that comes twice, with another code", async () => {
    const [browser, who] = [new SigninBrowser(), account()];
    const question = await browser.begin(ACME);
    const round = new Map(browser.cookies);
    expect((await browser.edge("GET", await browser.nameSelf(question, { account: who }))).status).toBe(303);
    for (const [name, value] of round) browser.cookies.set(name, value);
    await expectProblem(
      await browser.edge("GET", await browser.nameSelf(question, { account: who })),
      400,
      "signin-not-valid",
    );
    expect((await audited(ACME, "signin.refused")).at(-1)).toMatchObject({ detail: { reason: "replayed" } });
  });

  it("a state that this browser did not begin with", async () => {
    const [browser, other] = [new SigninBrowser(), new SigninBrowser()];
    const back = await browser.nameSelf(await browser.begin(ACME), { account: account() });
    const changed = back.replace(
      /(state=[\w-]{42})./,
      (_, start: string) => `${start}${back.includes(`${start}A`) ? "B" : "A"}`,
    );
    await other.begin(ACME);
    for (const [who, path] of [
      [browser, changed],
      [other, back],
      [new SigninBrowser(), back],
      [browser, back.replace(/state=[\w-]+/, "")],
    ] as const) {
      await expectProblem(await who.edge("GET", path), 400, "signin-not-valid");
    }
  });

  it("a code of another person's round: PKCE ties it to the browser that began", async () => {
    const [thief, victim] = [new SigninBrowser(), new SigninBrowser()];
    const stolen = await victim.nameSelf(await victim.begin(ACME), { account: account() });
    const own = await thief.nameSelf(await thief.begin(ACME), { account: account() });
    const code = new URLSearchParams(stolen.split("?")[1]).get("code") ?? "";
    await expectProblem(await thief.edge("GET", own.replace(/code=[^&]+/, `code=${code}`)), 400, "signin-not-valid");
  });

  it("a round of another tenant", async () => {
    await setUp(OTHER);
    const browser = new SigninBrowser();
    const back = await browser.nameSelf(await browser.begin(ACME), { account: account() });
    const elsewhere = back.replace("/acme/", "/other/");
    await expectProblem(await browser.edge("GET", elsewhere), 400, "signin-not-valid");
  });

  it("a round that took too long", async () => {
    const browser = new SigninBrowser();
    const claims = { tenant: ACME, state: "a".repeat(43), nonce: "b", verifier: "c", returnTo: "/portal", acr: [] };
    const long = { id: crypto.randomUUID(), at: Date.now() - 601_000, lifeSeconds: 600 };
    const { token } = await signToken(roundKind, claims, await signingKey(env.SIGNING_KEY), long);
    browser.cookies.set("__Host-nearglass-round-aaaaaaaa", token);
    const path = `/api/v1/signin/${ACME}/callback?code=x&state=${claims.state}`;
    await expectProblem(await browser.edge("GET", path), 400, "signin-not-valid");
  });

  const now = () => Math.floor(Date.now() / 1_000);
  it.each([
    ["signed by nobody", () => ({ sign: "none" })],
    ["signed with the public key as a secret", () => ({ sign: "public-key-as-secret" })],
    ["signed by another key of the same name", () => ({ sign: "swapped-key" })],
    ["of another round", () => ({ claims: { nonce: "another" } })],
    ["without a nonce", () => ({ claims: { nonce: null } })],
    ["of another issuer", () => ({ claims: { iss: "https://evil.example" } })],
    ["for another client", () => ({ claims: { aud: "another" } })],
    [
      "for several clients, of which another asked",
      () => ({ claims: { aud: ["nearglass", "another"], azp: "another" } }),
    ],
    ["of nobody", () => ({ claims: { sub: "" } })],
    ["that has ended, past the skew of clocks", () => ({ claims: { exp: now() - 70 } })],
    ["without an end", () => ({ claims: { exp: null } })],
    ["that is of the future, past the skew of clocks", () => ({ claims: { iat: now() + 90 } })],
    ["that was made long ago", () => ({ claims: { iat: now() - 400 } })],
    ["that counts later", () => ({ claims: { nbf: now() + 90 } })],
  ])("a token %s", async (_words, tampering) => {
    await order("tamper", tampering());
    await expectProblem(await new SigninBrowser().signIn(ACME, account()), 400, "signin-not-valid");
  });

  it.each([
    ["slow", () => ({ claims: { iat: now() - 50, exp: now() - 50 } })],
    ["fast", () => ({ claims: { iat: now() + 50, nbf: now() + 50 } })],
  ])("but a provider's clock may be a little %s", async (_words, tampering) => {
    await order("tamper", tampering());
    await new SigninBrowser().signedIn(ACME, account());
  });

  it("a list of groups that is not all there", async () => {
    await order("tamper", { claims: { _claim_names: { groups: "elsewhere" } } });
    await expectProblem(await new SigninBrowser().signIn(ACME, account()), 403, "signin-refused");
  });
});

describe("keys", () => {
  it.each([
    ["beside the one before", true],
    ["in the place of one that is gone", false],
  ])("that are new are found, %s", async (_words, keepOld) => {
    await new SigninBrowser().signedIn(ACME, account());
    await order("rotate", { keepOld });
    // The edge asks for keys that it does not know, once a second at most.
    await expect
      .poll(async () => (await new SigninBrowser().signIn(ACME, account())).status, { timeout: 10_000 })
      .toBe(303);
  });
});

describe("the settings", () => {
  const SETTINGS = { issuer: "https://login.example", clientId: "nearglass" };

  it("come back with what was left out, and another issuer signs everybody out", async () => {
    const browser = await new SigninBrowser().signedIn(ACME, account());
    const token = await new TenantWorld(ACME).key();
    const put = async (body: object) => await call("PUT", "/api/v1/tenant/identity-provider", { token, body });
    const set = await bodyOf(await put(SETTINGS), 200);
    const usual = {
      scopes: ["openid", "profile", "email"],
      userNameClaim: "email",
      groups: [],
      acr: [],
      acrToOpen: [],
    };
    expect(set).toEqual({ ...SETTINGS, ...usual, provision: false });
    expect(await bodyOf(await call("GET", "/api/v1/tenant/identity-provider", { token }), 200)).toEqual(set);
    await expectProblem(await browser.edge("GET", "/api/v1/signin"), 401, "signed-out");
    expect((await call("DELETE", "/api/v1/tenant/identity-provider", { token })).status).toBe(204);
    await expectProblem(await call("GET", "/api/v1/tenant/identity-provider", { token }), 404, "no-signin");
    await expectProblem(await put({ ...SETTINGS, groups: [{ claim: "x", group: "nothing" }] }), 404, "no-such-group");
  });

  it.each([
    ["an issuer over plain http", { issuer: "http://login.example" }],
    ["an issuer with a query", { issuer: "https://login.example/?x" }],
    ["an issuer that is none", { issuer: "login" }],
    ["a secret itself, in the place of its name", { clientSecret: "s3cret-value" }],
    ["another secret of the edge", { clientSecret: "../SIGNING_KEY" }],
    ["no openid among the scopes", { scopes: ["email"] }],
    ["a proof with a space", { acr: ["a b"] }],
    ["a field that there is not", { colour: "red" }],
  ])("refuse %s", async (_words, wrong) => {
    const token = await new TenantWorld(ACME).key();
    const answer = await call("PUT", "/api/v1/tenant/identity-provider", { token, body: { ...SETTINGS, ...wrong } });
    await expectProblem(answer, 400, "invalid-request");
  });
});
