import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair } from "jose";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { agentCommand } from "../../tools/agent-command.ts";
import { type Child, startChild } from "../../tools/child.ts";
import { edgeApi } from "../../tools/edge-api.ts";
import { openBrowser } from "../support/browser.ts";
import { CLIENT, IdentityProvider, STRONG } from "../support/identity-provider.ts";
import { statsOf, tap } from "../support/phone-page.ts";
import { until } from "../support/until.ts";

const ADMIN_TOKEN = randomUUID();

const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
const edge = createTestHarness({
  workers: [
    {
      configPath: fileURLToPath(new URL("../../wrangler.toml", import.meta.url)),
      secrets: {
        SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)),
        ADMIN_TOKEN,
        OIDC_SECRET_default__LOGIN: CLIENT.secret,
      },
    },
  ],
});
let provider: IdentityProvider;
let browser: Browser;
let agent: Child;
let origin: string;

beforeAll(async () => {
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  provider = await IdentityProvider.start();
  const { url } = await edge.listen();
  // Another site than the provider, as in the world: what is sent from there is not sent as from the edge itself.
  origin = url.origin.replace("127.0.0.1", "localhost");
  const api = edgeApi(origin, ADMIN_TOKEN);
  const token = await api.enrol("office");
  const devices = [{ kind: "demo" }, { kind: "demo" }, { kind: "demo" }] as const;
  const config = { edge: url, token: { from: "environment", token }, devices } as const;
  agent = startChild({ name: "the agent", ...agentCommand(config, "deno"), verbose: false });
  await api.devicesReady("office", 3, AbortSignal.timeout(30_000));
  await setProvider({});
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await edge.close();
  await provider?.stop();
});

async function setProvider(settings: object): Promise<void> {
  const usual = { issuer: provider.issuer, clientId: CLIENT.id, clientSecret: "LOGIN", provision: true };
  await api("PUT", "/api/v1/tenant/identity-provider", ADMIN_TOKEN, { ...usual, ...settings });
}

async function scim(method: string, path: string, body?: object): Promise<Response> {
  return await fetch(`${origin}/scim/v2/${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/scim+json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function api(method: string, path: string, credentials: string, body?: object): Promise<Response> {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(new URL(path, origin), {
    method,
    headers: { authorization: `Bearer ${credentials}`, ...type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
  return response;
}

/** A browser of its own, at the portal, with what its console complained of. */
async function atPortal(): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await (await browser.newContext()).newPage();
  const complaints: string[] = [];
  page.on("console", (line) => {
    // 401 is how the page learns that nobody is signed in; what the provider lacks is its own business.
    const isExpected = / 401 /.test(line.text()) || line.location().url.startsWith(provider.issuer);
    if (line.type() === "error" && !isExpected) complaints.push(line.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${origin}/portal`);
  return { page, complaints };
}

async function nameSelf(page: Page, account: string, acr = ""): Promise<void> {
  await page.getByLabel("Account").fill(account);
  await page.getByLabel("Proof").fill(acr);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Of the first device that is free. */
function openButton(page: Page): Locator {
  return page.getByRole("button", { name: /^Open .* office/, disabled: false }).first();
}

async function livePicture(page: Page, path = "/s"): Promise<void> {
  await page.waitForURL(`${origin}${path}`);
  await page.waitForFunction(() => (document.querySelector("nearglass-view")?.session?.stats().framesPainted ?? 0) > 0);
  expect(await statsOf(page)).toMatchObject({ state: "live", width: 720, height: 1280 });
}

it("an employee signs in, opens a phone and works, until the identity provider signs them out", async () => {
  const { page, complaints } = await atPortal();
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.waitForURL(`${provider.issuer}/**`);
  await nameSelf(page, "ada");
  await page.waitForURL(`${origin}/portal`);
  await page.getByText("ada of Example").waitFor();
  await page.getByText("3 of 3 free").waitFor();
  await mkdir("test-results", { recursive: true });
  await page.screenshot({ path: "test-results/portal.png" });
  await page.getByRole("button", { name: "Open any free device" }).click();
  await livePicture(page);
  const seen = (await statsOf(page)).framesPainted;
  await tap(page, { x: 100, y: 600 });
  await until("the touched picture", async () => (await statsOf(page)).framesPainted > seen);
  // A reload goes on with the seat, and takes no other.
  await page.reload();
  await livePicture(page);

  await provider.signOut("ada", `${origin}/api/v1/signin/default/back-channel-logout`);
  await page.getByText("Access was withdrawn").waitFor();
  expect((await statsOf(page)).state).toBe("ended");
  await page.getByRole("link", { name: "Back to your devices" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  expect(complaints).toEqual([]);
});

it("whoever gets a link that is for them signs in, and is at the phone", async () => {
  const body = JSON.stringify({ audience: "mary@example.com" });
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  const made = await fetch(`${origin}/api/v1/links`, { method: "POST", headers, body });
  const { grant }: { grant: string } = await made.json();
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${origin}/s#${grant}`);
  await page.getByText("This link is for somebody else").waitFor();
  await page.getByRole("link", { name: "Sign in, if it is for you" }).click();
  await page.waitForURL(`${provider.issuer}/**`);
  expect(page.url()).not.toContain(grant.slice(0, 20));
  await nameSelf(page, "mary");
  await livePicture(page, `/s#${grant}`);
  await provider.signOut("mary", `${origin}/api/v1/signin/default/back-channel-logout`);
  await page.getByText("Access was withdrawn").waitFor();
  await page.close();
});

it("signing out closes the phone in the other tab", async () => {
  const { page } = await atPortal();
  await page.getByRole("link", { name: "Sign in" }).click();
  await nameSelf(page, "grace");
  await openButton(page).click();
  await livePicture(page);
  const other = await page.context().newPage();
  await other.goto(`${origin}/portal`);
  await other.getByRole("button", { name: "Sign out" }).click();
  await other.getByText("You are signed out.").waitFor();
  const there = await other.getByRole("link", { name: "Sign out there too" }).getAttribute("href");
  expect(there).toContain(`${provider.issuer}/session/end`);
  await page.getByText("Access was withdrawn").waitFor();
});

it("SCIM disables somebody: the picture stops, and there is no way back in", async () => {
  const { page } = await atPortal();
  await page.getByRole("link", { name: "Sign in" }).click();
  await nameSelf(page, "barbara");
  await openButton(page).click();
  await livePicture(page);
  const filter = encodeURIComponent('userName eq "barbara@example.com"');
  const found: { Resources: { id: string }[] } = await (await scim("GET", `Users?filter=${filter}`)).json();
  const off = { op: "replace", path: "active", value: false };
  const patch = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [off] };
  expect((await scim("PATCH", `Users/${found.Resources[0]?.id}`, patch)).status).toBe(200);
  await page.getByText("Access was withdrawn").waitFor();
  await page.getByRole("link", { name: "Back to your devices" }).click();
  // The provider still knows them, and asks nothing.
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByText("You may not sign in here.").waitFor();
});

it("more proof is asked for when a phone is opened, and then it opens", async () => {
  await setProvider({ acrToOpen: [STRONG] });
  const { page } = await atPortal();
  await page.getByRole("link", { name: "Sign in" }).click();
  await nameSelf(page, "edsger");
  const button = openButton(page);
  await button.click();
  await page.waitForURL(`${provider.issuer}/**`);
  await nameSelf(page, "edsger", STRONG);
  await page.waitForURL(`${origin}/portal`);
  await button.click();
  await livePicture(page);
});

it("whoever may not sign in reads why, and the page fits a narrow screen", async () => {
  await setProvider({ provision: false });
  const { page } = await atPortal();
  await page.setViewportSize({ width: 320, height: 568 });
  await page.getByRole("link", { name: "Sign in" }).click();
  await nameSelf(page, "stranger");
  await page.getByText("You may not sign in here.").waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

it("an auditor exports the log of all of it, and the tool finds it whole, or one letter changed", async () => {
  const made = await api("POST", "/api/v1/tenant/keys", ADMIN_TOKEN, { name: "Auditor", scopes: ["audit:read"] });
  const { text: key }: { text: string } = await made.json();
  let log = "";
  for (let next: string | undefined = "/api/v1/tenant/audit"; next !== undefined; ) {
    const page = await api("GET", next, key);
    log += await page.text();
    next = page.headers.get("link")?.match(/<(.+)>; rel="next"/)?.[1];
  }
  for (const action of ["signin.succeeded", "seat.opened", "access.revoked", "access.ended", "signin.refused"]) {
    expect(log).toContain(`"action":"${action}"`);
  }
  const folder = await mkdtemp(join(tmpdir(), "nearglass-audit-"));
  const [whole, changed, keys] = [join(folder, "log"), join(folder, "changed"), join(folder, "keys")];
  await writeFile(whole, log);
  await writeFile(changed, log.replace("seat.opened", "seat.opener"));
  await writeFile(keys, await (await api("GET", "/api/v1/tenant/audit/keys", key)).text());
  const verify = async (file: string) => {
    const child = spawn(process.execPath, ["tools/audit-verify.ts", file, "--keys", keys], { stdio: "ignore" });
    const [code] = await once(child, "exit");
    return code;
  };
  expect(await verify(whole)).toBe(0);
  expect(await verify(changed)).toBe(1);
  await rm(folder, { recursive: true });
});
