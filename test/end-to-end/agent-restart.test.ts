import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair } from "jose";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { agentCommand } from "../../tools/agent-command.ts";
import { edgeApi } from "../../tools/edge-api.ts";
import { openBrowser } from "../support/browser.ts";
import { copyAll, openPhone, statsOf, tap } from "../support/phone-page.ts";
import { until } from "../support/until.ts";

const ADMIN_TOKEN = randomUUID();
const NOTES_PAGE = { x: 360, y: 400 };

const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
const edge = createTestHarness({
  workers: [
    {
      configPath: fileURLToPath(new URL("../../wrangler.toml", import.meta.url)),
      secrets: { SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)), ADMIN_TOKEN },
    },
  ],
});
const agents: ChildProcess[] = [];
let browser: Browser;
let address: URL;
let token: string;
let link: string;

beforeAll(async () => {
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  address = (await edge.listen()).url;
  const api = edgeApi(address.origin, ADMIN_TOKEN);
  token = await api.enrol("mortal");
  startAgent();
  await api.devicesReady("mortal", 1, AbortSignal.timeout(30_000));
  link = await api.shareLink();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  for (const agent of agents) agent.kill("SIGKILL");
  await edge.close();
});

function startAgent(): ChildProcess {
  const source = { from: "environment", token } as const;
  const devices = [{ kind: "demo", startApp: "notes" }] as const;
  const { command, args, env } = agentCommand({ edge: address, token: source, devices }, "node");
  const agent = spawn(command, args, { stdio: "ignore", env: { ...process.env, ...env } });
  agents.push(agent);
  return agent;
}

it("S-4 an agent that is killed and started again takes its session up: the seat stays, and no input comes twice", async () => {
  const page = await openPhone(browser, link);
  await tap(page, NOTES_PAGE);
  await page.keyboard.type("before");
  expect(await copyAll(page)).toBe("before");

  const agent = agents[0] ?? expect.unreachable("no agent was started");
  agent.kill("SIGKILL");
  await once(agent, "exit");
  await until("the news that the origin is away", async () => (await statsOf(page)).state === "waiting-for-origin");
  const { framesPainted } = await statsOf(page);

  startAgent();
  await until("a live picture", async () => {
    const stats = await statsOf(page);
    return stats.state === "live" && stats.framesPainted > framesPainted;
  });
  expect(await statsOf(page)).toMatchObject({ reconnects: 0, decoderErrors: 0 });
  // The new agent's phone is a new one: what was typed on the old one is not typed on it.
  await tap(page, NOTES_PAGE);
  await page.keyboard.type("after");
  expect(await copyAll(page)).toBe("after");
});
