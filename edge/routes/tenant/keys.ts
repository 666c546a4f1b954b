import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/index.ts";
import type { ApiKey, MadeKey } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "../caller.ts";
import { instant } from "../schemas.ts";
import { entryId, label, NOTHING, reference, refusal, scope } from "./shapes.ts";

const MAX_LIFE_SECONDS = 366 * 24 * 60 * 60;
const MAX_GRACE_SECONDS = 7 * 24 * 60 * 60;

const name = label.openapi({ example: "Portal backend" });

const key = z
  .object({
    id: z.string().openapi({ example: "2f0f5a3f9d100b8a1f3e6f0e4c5e9d6c" }),
    name,
    scopes: z.array(scope).readonly(),
    person: reference.exactOptional(),
    createdBy: z.string().openapi({ example: "admin-token" }),
    createdAt: instant,
    expiresAt: instant.exactOptional(),
    revokedAt: instant.exactOptional(),
    usedAt: instant.exactOptional().openapi({ description: "To the hour." }),
  })
  .openapi("ApiKey", { description: "A key as it may be looked at. Its secret is not kept." });

export const madeKey = z
  .object({
    key,
    text: z.string().openapi({
      example: "ngk_2f0f5a3f9d100b8a1f3e6f0e4c5e9d6c_qkN1v9wq0c1u8o7Jm3o3k2u7b1n0v5x8w2y4z6a9b1c.default",
      description: "For `Authorization: Bearer`. Told once, now.",
    }),
  })
  .openapi("MadeApiKey");

const newKey = z
  .strictObject({
    name,
    scopes: z
      .array(scope)
      .min(1)
      .transform((list) => [...new Set(list)])
      .openapi({ type: "array", items: { type: "string" }, example: ["links:write"] }),
    person: reference.exactOptional().openapi({
      description: "Whom it acts for: it can do no more than the person's role, and ends with the person.",
    }),
    expiresInSeconds: z.int().min(60).max(MAX_LIFE_SECONDS).exactOptional(),
  })
  .openapi("NewApiKey");

const rotation = z
  .strictObject({
    graceSeconds: z.int().min(0).max(MAX_GRACE_SECONDS).default(0).openapi({
      description: "How long the secret before counts on.",
    }),
  })
  .openapi("KeyRotation");

const BOOKS = { tags: ["keys"], security: KEY_SECURITY };
const one = { params: z.object({ id: entryId }) };
const BODY_PROBLEMS = ["invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"] as const;
const told = { description: "The key, with its secret.", content: { "application/json": { schema: madeKey } } };

const list = createRoute({
  ...BOOKS,
  method: "get",
  path: "/api/v1/tenant/keys",
  summary: "The API keys of the tenant, revoked ones too",
  middleware: allowed("keys:read"),
  responses: {
    200: {
      description: "All of them; there are at most 1000.",
      content: { "application/json": { schema: z.object({ keys: z.array(key) }).openapi("ApiKeys") } },
    },
    ...problemResponses("unauthorized", "forbidden"),
  },
});

const make = createRoute({
  ...BOOKS,
  method: "post",
  path: "/api/v1/tenant/keys",
  summary: "Make an API key, with no more scopes than the caller has",
  middleware: allowed("keys:write"),
  request: { body: { required: true, content: { "application/json": { schema: newKey } } } },
  responses: { 201: told, ...problemResponses(...BODY_PROBLEMS, "no-such-person", "limit-reached") },
});

const rotate = createRoute({
  ...BOOKS,
  method: "post",
  path: "/api/v1/tenant/keys/{id}/rotate",
  summary: "Give a key a new secret",
  middleware: allowed("keys:write"),
  request: { ...one, body: { required: true, content: { "application/json": { schema: rotation } } } },
  responses: { 200: told, ...problemResponses(...BODY_PROBLEMS, "no-such-key") },
});

const revoke = createRoute({
  ...BOOKS,
  method: "delete",
  path: "/api/v1/tenant/keys/{id}",
  summary: "Revoke a key: it counts no more, and stays in the list",
  middleware: allowed("keys:write"),
  request: one,
  responses: {
    204: NOTHING,
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "no-such-key"),
  },
});

function body({ createdAt, expiresAt, revokedAt, usedAt, ...rest }: ApiKey): z.input<typeof key> {
  const text = (at: number) => new Date(at).toISOString();
  return {
    ...rest,
    createdAt: text(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: text(expiresAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: text(revokedAt) }),
    ...(usedAt === undefined ? {} : { usedAt: text(usedAt) }),
  };
}

export function madeKeyBody({ key: made, text }: MadeKey): z.input<typeof madeKey> {
  return { key: body(made), text };
}

export function keyRoutes(): Api {
  const api = createApi();
  api.openapi(list, async (c) => c.json({ keys: (await tenantOf(c).keys()).map(body) }, 200));
  api.openapi(make, async (c) => {
    const { expiresInSeconds, ...wish } = c.req.valid("json");
    const end = expiresInSeconds === undefined ? {} : { expiresAt: Date.now() + expiresInSeconds * 1_000 };
    const made = await tenantOf(c).makeKey(c.get("caller"), { ...wish, ...end });
    return made.done ? c.json(madeKeyBody(made.value), 201) : refusal(made.refusal, "no-such-person");
  });
  api.openapi(rotate, async (c) => {
    const { graceSeconds } = c.req.valid("json");
    const made = await tenantOf(c).rotateKey(c.get("caller"), c.req.valid("param").id, graceSeconds);
    return made.done ? c.json(madeKeyBody(made.value), 200) : refusal(made.refusal, "no-such-key");
  });
  api.openapi(revoke, async (c) => {
    const revoked = await tenantOf(c).revokeKey(c.get("caller"), c.req.valid("param").id);
    return revoked.done ? c.body(null, 204) : refusal(revoked.refusal, "no-such-key");
  });
  return api;
}
