import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { exportJWK, generateKeyPair } from "jose";
import { defineConfig } from "vitest/config";
import { CLIENT } from "../support/identity-provider.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
// wrangler.toml names the folder of the built pages; nothing in here needs them, but it has to exist.
mkdirSync(`${root}/dist/web`, { recursive: true });

const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });

/** The edge's objects and routes, in workerd as wrangler.toml describes it; its secrets are new in every run. */
export default defineConfig({
  root,
  plugins: [
    cloudflareTest({
      wrangler: { configPath: `${root}/wrangler.toml` },
      miniflare: {
        bindings: {
          SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)),
          ADMIN_TOKEN: randomUUID(),
          BOOTSTRAP_SECRET: randomUUID(),
          DEVELOPING: "1",
          OIDC_SECRET_acme__LOGIN: CLIENT.secret,
          OIDC_SECRET_other__LOGIN: CLIENT.secret,
        },
      },
    }),
  ],
  // Floods of thousands of messages are part of it: seconds on a free machine, and many on a busy one.
  test: {
    name: "edge",
    include: ["test/edge/**/*.test.ts"],
    globalSetup: [`${root}/test/support/identity-provider-setup.ts`, `${root}/test/support/webhook-receiver-setup.ts`],
    testTimeout: 30_000,
  },
});
