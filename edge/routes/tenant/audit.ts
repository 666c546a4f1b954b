import { createRoute, z } from "@hono/zod-openapi";
import { publicKey, signingKey } from "../../access/index.ts";
import { problemResponses } from "../../http/index.ts";
import { MAX_DAYS, MIN_DAYS } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "../caller.ts";
import { instant } from "../schemas.ts";

const NDJSON = "application/x-ndjson";
const LINE =
  '{"event":{"action":"person.added","actor":"admin-token","at":"2026-11-24T12:00:00.000Z","sequence":1,"tenant":"default"},' +
  '"hash":"9f3f1c0a5e6d7b8c9a0b1c2d3e4f5061728394a5b6c7d8e9f0a1b2c3d4e5f607","previous":"0000000000000000000000000000000000000000000000000000000000000000"}\n';

const word = z.string().min(1).max(256);

const query = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).openapi({ description: "The sequence before the first line." }),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  action: z
    .string()
    .regex(/^[a-z.]{1,64}$/)
    .exactOptional()
    .openapi({ example: "person.", description: "How the action begins." }),
  actor: word.exactOptional().openapi({ example: "admin-token" }),
  subject: word.exactOptional().openapi({ example: "person:0b8a1f3e-6f0e-4c5e-9d6c-2b7f5a3f9d10" }),
  session: word.exactOptional(),
  from: instant.exactOptional(),
  to: instant.exactOptional().openapi({ description: "Excluded." }),
});

const lines = createRoute({
  method: "get",
  path: "/api/v1/tenant/audit",
  tags: ["audit"],
  summary: "The audit log, a line for each event",
  description:
    '`Link: <...>; rel="next"` names the next page. Without a filter the pages, put together, can be held against the ' +
    "signing keys: `npm run audit:verify`.",
  security: KEY_SECURITY,
  middleware: allowed("audit:read"),
  request: { query },
  responses: {
    200: {
      description: "Events, and signed checkpoints between them where there is no filter.",
      content: { [NDJSON]: { schema: z.string().openapi({ example: LINE }) } },
    },
    ...problemResponses("invalid-request", "unauthorized", "forbidden"),
  },
});

const keys = createRoute({
  method: "get",
  path: "/api/v1/tenant/audit/keys",
  tags: ["audit"],
  summary: "The public keys with which checkpoints are signed",
  security: KEY_SECURITY,
  middleware: allowed("audit:read"),
  responses: {
    200: {
      description: "A JWK set.",
      content: {
        "application/json": {
          schema: z
            .object({
              keys: z.array(
                z.object({
                  kty: z.literal("OKP"),
                  crv: z.literal("Ed25519"),
                  x: z.string().openapi({ example: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
                  kid: z.string().openapi({ example: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" }),
                }),
              ),
            })
            .openapi("AuditKeys"),
        },
      },
    },
    ...problemResponses("unauthorized", "forbidden"),
  },
});

const retention = z
  .strictObject({
    days: z.int().min(MIN_DAYS).max(MAX_DAYS).nullable().openapi({ example: 365, description: "`null`: for ever." }),
  })
  .openapi("AuditRetention");
const kept = { description: "How long.", content: { "application/json": { schema: retention } } };

const readRetention = createRoute({
  method: "get",
  path: "/api/v1/tenant/audit/retention",
  tags: ["audit"],
  summary: "How long lines of the audit log are kept",
  security: KEY_SECURITY,
  middleware: allowed("settings:read"),
  responses: { 200: kept, ...problemResponses("unauthorized", "forbidden") },
});

const setRetention = createRoute({
  method: "put",
  path: "/api/v1/tenant/audit/retention",
  tags: ["audit"],
  summary: "Keep lines for so many days, or for ever",
  description: "What is older is dropped within a day, and the log tells of it. It cannot be brought back.",
  security: KEY_SECURITY,
  middleware: allowed("owners:write"),
  request: { body: { required: true, content: { "application/json": { schema: retention } } } },
  responses: {
    200: kept,
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"),
  },
});

export function auditRoutes(): Api {
  const api = createApi();
  api.openapi(readRetention, async (c) => c.json({ days: (await tenantOf(c).retention()) ?? null }, 200));
  api.openapi(setRetention, async (c) => {
    const { days } = c.req.valid("json");
    await tenantOf(c).setRetention(c.get("caller"), days ?? undefined);
    return c.json({ days }, 200);
  });
  api.openapi(lines, async (c) => {
    const { from, to, ...wish } = c.req.valid("query");
    const page = await tenantOf(c).audit(c.get("caller"), {
      ...wish,
      ...(from === undefined ? {} : { from: Date.parse(from) }),
      ...(to === undefined ? {} : { to: Date.parse(to) }),
    });
    const url = new URL(c.req.url);
    url.searchParams.set("after", String(page.next ?? 0));
    const headers = page.next === undefined ? {} : { Link: `<${url.pathname}${url.search}>; rel="next"` };
    return c.body(page.lines.map((line) => `${line}\n`).join(""), 200, {
      "Content-Type": NDJSON,
      ...headers,
    });
  });
  api.openapi(keys, async (c) => c.json({ keys: [publicKey(await signingKey(c.env.SIGNING_KEY))] }, 200));
  return api;
}
