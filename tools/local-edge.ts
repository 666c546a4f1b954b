import { join } from "node:path";
import { type EdgeApi, edgeApi, within } from "./edge-api.ts";
import { Failure } from "./failure.ts";
import type { House } from "./house.ts";
import { LOCAL, MODULES, ROOT } from "./paths.ts";
import { expectFreePort } from "./port.ts";
import { localSecrets } from "./secrets.ts";
import { buildWebClient } from "./web-build.ts";

const HEALTH_DEADLINE_MS = 60_000;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where to listen, from HOST and PORT. @throws Failure when PORT is no port */
export function addressFrom(env: { readonly HOST?: string | undefined; readonly PORT?: string | undefined }): Address {
  const text = env.PORT ?? "";
  const port = text === "" ? 8787 : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Failure("PORT is a number from 1 to 65535");
  return { host: env.HOST || "127.0.0.1", port };
}

/** Build what is needed, start the edge in workerd on this machine, and wait until it answers. */
export async function startEdge(house: House, { host, port }: Address): Promise<EdgeApi> {
  await expectFreePort(host, port);
  const secrets = await localSecrets();
  if (await buildWebClient(house)) console.log("built the web client");
  house.stand({
    name: "the edge",
    command: process.execPath,
    args: [
      join(MODULES, "wrangler", "bin", "wrangler.js"),
      ...["dev", "--config", join(ROOT, "wrangler.toml"), "--ip", host, "--port", String(port)],
      ...["--env-file", secrets.file, "--show-interactive-dev-session=false"],
      // Webhooks may go to this machine.
      ...["--var", "DEVELOPING:1"],
      // Two edges on one machine share neither storage nor the debugger's port; 0 is any that is free.
      ...["--persist-to", join(LOCAL, "state", String(port)), "--inspector-port", "0"],
      ...["--log-level", house.verbose ? "log" : "warn"],
    ],
    env: QUIET,
  });
  const api = edgeApi(`http://${dialable(host)}:${port}`, secrets.adminToken);
  await within(HEALTH_DEADLINE_MS, "the edge did not answer", house.signal, (signal) => api.healthy(signal));
  return api;
}

/** Keeps wrangler to this machine: no telemetry, no look-ups, nothing written outside of this folder. */
const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
  WRANGLER_WRITE_LOGS: "false",
  WRANGLER_CACHE_DIR: join(LOCAL, "cache"),
  WRANGLER_REGISTRY_PATH: join(LOCAL, "registry"),
  // Without this, Request.cf is fetched from the network at the first start.
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  // They show the storage of every object to whoever reaches the port, and ask for no secret.
  X_LOCAL_EXPLORER: "false",
  X_LOCAL_OBSERVABILITY: "false",
};

/** An address to dial for one to listen on. */
function dialable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
