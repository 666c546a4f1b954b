import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { problem, problemResponses } from "../../http/index.ts";
import { type DeadLetter, isDestination, isDeveloping, type MadeWebhook, type Webhook } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { allowed, type CallerEnv, KEY_SECURITY, tenantOf } from "../caller.ts";
import { instant } from "../schemas.ts";
import { entryId, label, NOTHING, reference, refusal } from "./shapes.ts";

const MAX_GRACE_SECONDS = 7 * 24 * 60 * 60;

const name = label.openapi({ example: "SIEM" });
const sequence = z.int().min(0).openapi({ example: 1042 });
const reason = z.string().openapi({
  example: "answered 500",
  description: "`answered <status>`, `redirected`, `timed out`, `unreachable` or `address not allowed`.",
});

const webhook = z
  .object({
    id: reference,
    name,
    host: z.string().openapi({
      example: "siem.example.com",
      description: "The rest of the address may be a secret of the receiver, and is told to nobody.",
    }),
    createdBy: z.string().openapi({ example: "admin-token" }),
    createdAt: instant,
    updatedAt: instant,
    deliveredTo: sequence.openapi({
      description: "Every event up to this sequence was delivered, or is in the dead letters.",
    }),
    deliveredAt: instant.exactOptional(),
    waiting: z.int().openapi({ example: 0, description: "Events that are still to be delivered." }),
    deadLetters: z.int().openapi({ example: 0 }),
    failing: z
      .object({ since: instant, tries: z.int().openapi({ example: 3 }), reason, nextTryAt: instant })
      .exactOptional()
      .openapi({ description: "The batch of now could not be delivered, and is tried again." }),
  })
  .openapi("Webhook");

const madeWebhook = z
  .object({
    webhook,
    secret: z.string().openapi({
      example: "whsec_2n9q0b7eQ4oJr1m8yq1uXvK6b3P5w7z9A0c2e4g6i8k=",
      description: "The key of the signatures, in base64 after `whsec_`. Told once, now.",
    }),
  })
  .openapi("MadeWebhook");

const fields = {
  name,
  url: z.string().max(2_048).openapi({
    example: "https://siem.example.com/nearglass",
    description: "https, to a name of the public network, on port 443 or one from 1024 on. It cannot be read again.",
  }),
};
const webhookFields = z.strictObject(fields).openapi("WebhookFields");
const newWebhook = z
  .strictObject({
    ...fields,
    after: sequence.exactOptional().openapi({
      description:
        "The sequence before the first event that is delivered: 0 for all of the log. Left out: from now on.",
    }),
  })
  .openapi("NewWebhook");

const rotation = z
  .strictObject({
    graceSeconds: z.int().min(0).max(MAX_GRACE_SECONDS).default(3_600).openapi({
      description: "So long deliveries are signed with the secret before, too.",
    }),
  })
  .openapi("WebhookRotation");

const letter = z
  .object({
    id: reference.openapi({ description: "The `webhook-id` of the delivery." }),
    first: sequence,
    last: sequence.openapi({ description: "Sequences of the first and the last event." }),
    at: instant,
    tries: z.int().openapi({ example: 30 }),
    reason,
    resending: z.boolean(),
  })
  .openapi("DeadLetter");

const resending = z
  .strictObject({
    letters: z.array(reference).min(1).max(1_000).exactOptional().openapi({ description: "Left out: all." }),
  })
  .openapi("Resending");

const BOOKS = { tags: ["audit"], security: KEY_SECURITY };
const one = { params: z.object({ id: entryId }) };
const BODY_PROBLEMS = ["invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"] as const;

const list = createRoute({
  ...BOOKS,
  method: "get",
  path: "/api/v1/tenant/webhooks",
  summary: "Where the audit log is sent, and how far that has come",
  middleware: allowed("settings:read"),
  responses: {
    200: {
      description: "All of them; there are at most 5.",
      content: { "application/json": { schema: z.object({ webhooks: z.array(webhook) }).openapi("Webhooks") } },
    },
    ...problemResponses("unauthorized", "forbidden"),
  },
});

const add = createRoute({
  ...BOOKS,
  method: "post",
  path: "/api/v1/tenant/webhooks",
  summary: "Have the audit log sent somewhere",
  description:
    "Batches of lines as the export has them, in order and at least once, signed as Standard Webhooks say (docs/audit.md). Whoever " +
    "sets an address can read the log there, and so needs `audit:read` too.",
  middleware: allowed("settings:write", "audit:read"),
  request: { body: { required: true, content: { "application/json": { schema: newWebhook } } } },
  responses: {
    201: { description: "With its secret.", content: { "application/json": { schema: madeWebhook } } },
    ...problemResponses(...BODY_PROBLEMS, "limit-reached"),
  },
});

const put = createRoute({
  ...BOOKS,
  method: "put",
  path: "/api/v1/tenant/webhooks/{id}",
  summary: "Send it elsewhere",
  description: "What waits is tried at once. The secret stays.",
  middleware: allowed("settings:write", "audit:read"),
  request: { ...one, body: { required: true, content: { "application/json": { schema: webhookFields } } } },
  responses: {
    200: { description: "As it is now.", content: { "application/json": { schema: webhook } } },
    ...problemResponses(...BODY_PROBLEMS, "no-such-webhook"),
  },
});

const rotate = createRoute({
  ...BOOKS,
  method: "post",
  path: "/api/v1/tenant/webhooks/{id}/rotate",
  summary: "Give it a new secret",
  middleware: allowed("settings:write"),
  request: { ...one, body: { required: true, content: { "application/json": { schema: rotation } } } },
  responses: {
    200: { description: "With its secret.", content: { "application/json": { schema: madeWebhook } } },
    ...problemResponses(...BODY_PROBLEMS, "no-such-webhook"),
  },
});

const remove = createRoute({
  ...BOOKS,
  method: "delete",
  path: "/api/v1/tenant/webhooks/{id}",
  summary: "Send nothing there any more",
  middleware: allowed("settings:write"),
  request: one,
  responses: { 204: NOTHING, ...problemResponses("invalid-request", "unauthorized", "forbidden", "no-such-webhook") },
});

const letters = createRoute({
  ...BOOKS,
  method: "get",
  path: "/api/v1/tenant/webhooks/{id}/dead-letters",
  summary: "What the receiver did not take in any try",
  description: "At most the newest 1000. The events themselves are in the log.",
  middleware: allowed("settings:read"),
  request: one,
  responses: {
    200: {
      description: "Oldest first.",
      content: { "application/json": { schema: z.object({ letters: z.array(letter) }).openapi("DeadLetters") } },
    },
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "no-such-webhook"),
  },
});

const resend = createRoute({
  ...BOOKS,
  method: "post",
  path: "/api/v1/tenant/webhooks/{id}/dead-letters/resend",
  summary: "Try once more, now",
  description: "What is delivered leaves the list.",
  middleware: allowed("settings:write"),
  request: { ...one, body: { required: true, content: { "application/json": { schema: resending } } } },
  responses: {
    200: {
      description: "They are about to be sent.",
      content: {
        "application/json": { schema: z.object({ letters: z.int().openapi({ example: 2 }) }).openapi("Resent") },
      },
    },
    ...problemResponses(...BODY_PROBLEMS, "no-such-webhook"),
  },
});

function body({ createdAt, updatedAt, deliveredAt, failing, ...rest }: Webhook): z.input<typeof webhook> {
  return {
    ...rest,
    createdAt: text(createdAt),
    updatedAt: text(updatedAt),
    ...(deliveredAt === undefined ? {} : { deliveredAt: text(deliveredAt) }),
    ...(failing === undefined
      ? {}
      : { failing: { ...failing, since: text(failing.since), nextTryAt: text(failing.nextTryAt) } }),
  };
}

function madeBody({ webhook: made, secret }: MadeWebhook): z.input<typeof madeWebhook> {
  return { webhook: body(made), secret };
}

function letterBody({ at, ...rest }: DeadLetter): z.input<typeof letter> {
  return { ...rest, at: text(at) };
}

function text(at: number): string {
  return new Date(at).toISOString();
}

/** Undefined: it may go there. */
function refusedDestination(c: Context<CallerEnv>, { url }: { readonly url: string }): Response | undefined {
  if (isDestination(url, isDeveloping(c.env))) return undefined;
  return problem("invalid-request", "json.url: https, to a name of the public network, on port 443 or from 1024 on");
}

export function webhookRoutes(): Api {
  const api = createApi();
  api.openapi(list, async (c) => c.json({ webhooks: (await tenantOf(c).webhooks()).map(body) }, 200));
  api.openapi(add, async (c) => {
    const wish = c.req.valid("json");
    const wrong = refusedDestination(c, wish);
    if (wrong !== undefined) return wrong;
    const made = await tenantOf(c).addWebhook(c.get("caller"), wish);
    return made.done ? c.json(madeBody(made.value), 201) : refusal(made.refusal, "no-such-webhook");
  });
  api.openapi(put, async (c) => {
    const wish = c.req.valid("json");
    const wrong = refusedDestination(c, wish);
    if (wrong !== undefined) return wrong;
    const put = await tenantOf(c).putWebhook(c.get("caller"), c.req.valid("param").id, wish);
    return put.done ? c.json(body(put.value), 200) : refusal(put.refusal, "no-such-webhook");
  });
  api.openapi(rotate, async (c) => {
    const { graceSeconds } = c.req.valid("json");
    const rotated = await tenantOf(c).rotateWebhook(c.get("caller"), c.req.valid("param").id, graceSeconds);
    return rotated.done ? c.json(madeBody(rotated.value), 200) : refusal(rotated.refusal, "no-such-webhook");
  });
  api.openapi(remove, async (c) => {
    const removed = await tenantOf(c).removeWebhook(c.get("caller"), c.req.valid("param").id);
    return removed.done ? c.body(null, 204) : refusal(removed.refusal, "no-such-webhook");
  });
  api.openapi(letters, async (c) => {
    const kept = await tenantOf(c).deadLetters(c.req.valid("param").id);
    return kept.done ? c.json({ letters: kept.value.map(letterBody) }, 200) : refusal(kept.refusal, "no-such-webhook");
  });
  api.openapi(resend, async (c) => {
    const { letters: wanted } = c.req.valid("json");
    const sent = await tenantOf(c).resend(c.get("caller"), c.req.valid("param").id, wanted);
    return sent.done ? c.json({ letters: sent.value }, 200) : refusal(sent.refusal, "no-such-webhook");
  });
  return api;
}
