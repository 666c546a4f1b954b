import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair } from "jose";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { agentCommand } from "../../tools/agent-command.ts";
import { type Child, startChild } from "../../tools/child.ts";
import { edgeApi } from "../../tools/edge-api.ts";
import { openBrowser } from "../support/browser.ts";
import { openPhone, statsOf, tap } from "../support/phone-page.ts";
import { until } from "../support/until.ts";

const ADMIN_TOKEN = randomUUID();
/** The picture is stored 3 s after the last change, and the platform puts an object to sleep 10 s after its last event. */
const STILL_MS = 18_000;

const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
const edge = createTestHarness({
  workers: [
    {
      configPath: fileURLToPath(new URL("../../wrangler.toml", import.meta.url)),
      secrets: { SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)), ADMIN_TOKEN },
    },
  ],
});
let browser: Browser;
let agent: Child;
let link: string;

beforeAll(async () => {
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  const { url } = await edge.listen();
  const api = edgeApi(url.origin, ADMIN_TOKEN);
  const token = await api.enrol("sleeper");
  const config = { edge: url, token: { from: "environment", token }, devices: [{ kind: "demo" }] } as const;
  agent = startChild({ name: "the agent", ...agentCommand(config, "deno"), verbose: false });
  await api.devicesReady("sleeper", 1, AbortSignal.timeout(30_000));
  link = await api.shareLink();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await edge.close();
});

it("S-11 a static screen lets its session sleep: the next viewer sees the picture, the next touch wakes it", async () => {
  const first = await openPhone(browser, link);
  await first.waitForTimeout(3_000);
  const before = await statsOf(first);
  await first.waitForTimeout(STILL_MS);
  const still = await statsOf(first);
  expect(still.framesReceived).toBe(before.framesReceived);

  const session = await first.evaluate(() => /\w+-[0-9a-f]{8}-[0-9a-f-]{27}/.exec(JSON.stringify(sessionStorage))?.[0]);
  expect(session).toBeDefined();
  // The platform has put it to sleep by itself: no timer, pending answer or unread bytes held it in memory.
  const evicted = edge.getWorker().evictDurableObject("SESSION", { name: `v1:${session}`, webSockets: "hibernate" });
  await expect(evicted).rejects.toThrow("not currently running");

  const second = await openPhone(browser, link);
  expect(await statsOf(second)).toMatchObject({ state: "live", keyframesRequested: 0 });
  const { state, keyframesReceived } = await statsOf(first);
  expect({ state, keyframesReceived }).toEqual({ state: "live", keyframesReceived: still.keyframesReceived });

  await tap(first, { x: 100, y: 600 });
  for (const page of [first, second]) {
    const seen = (await statsOf(page)).framesPainted;
    await until("the touched picture", async () => (await statsOf(page)).framesPainted > seen);
  }
});
