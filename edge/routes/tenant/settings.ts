import { createRoute, z } from "@hono/zod-openapi";
import { hashSecret, isBootstrap } from "../../access/index.ts";
import { bearerToken, problemResponses } from "../../http/index.ts";
import { tenantStub } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "../caller.ts";
import { unauthorized } from "../rate.ts";
import { origin } from "../schemas.ts";
import { TENANT } from "../tenant.ts";
import { placeOf } from "../whereabouts.ts";
import { madeKey, madeKeyBody } from "./keys.ts";
import { label, refusal, userName } from "./shapes.ts";

const origins = z.strictObject({ origins: z.array(origin).max(100).readonly() }).openapi("EmbeddingOrigins");
const list = { description: "The origins.", content: { "application/json": { schema: origins } } };

const read = createRoute({
  method: "get",
  path: "/api/v1/tenant/embedding-origins",
  tags: ["tenant"],
  summary: "Origins of the pages that may embed the tenant's sessions",
  security: KEY_SECURITY,
  middleware: allowed("settings:read"),
  responses: { 200: list, ...problemResponses("unauthorized", "forbidden") },
});

const write = createRoute({
  method: "put",
  path: "/api/v1/tenant/embedding-origins",
  tags: ["tenant"],
  summary: "Replace the list of origins",
  security: KEY_SECURITY,
  middleware: allowed("settings:write"),
  request: { body: { required: true, content: { "application/json": { schema: origins } } } },
  responses: {
    200: list,
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"),
  },
});

const bootstrap = createRoute({
  method: "post",
  path: "/api/v1/tenant/bootstrap",
  tags: ["tenant"],
  summary: "Make the first owner, once for each BOOTSTRAP_SECRET",
  description: "A person who is known already becomes an owner again. The answer holds a key with every scope.",
  security: [{ bootstrap: [] }],
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({ userName, name: label.openapi({ example: "Ada Lovelace" }) }).openapi("FirstOwner"),
        },
      },
    },
  },
  responses: {
    201: { description: "The owner's key.", content: { "application/json": { schema: madeKey } } },
    ...problemResponses("invalid-request", "unauthorized", "bootstrap-refused", "too-large", "unsupported-media-type"),
  },
});

export function settingRoutes(): Api {
  const api = createApi();
  api.openapi(read, async (c) => c.json({ origins: await tenantOf(c).embeddingOrigins() }, 200));
  api.openapi(write, async (c) => {
    const stored = await tenantOf(c).setEmbeddingOrigins(c.get("caller"), c.req.valid("json").origins);
    return c.json({ origins: stored }, 200);
  });
  api.openapi(bootstrap, async (c) => {
    const secret = bearerToken(c.req.header("Authorization"));
    if (secret === undefined || !(await isBootstrap(secret, c.env.BOOTSTRAP_SECRET))) {
      return await unauthorized(c.env, c.req.raw);
    }
    const hash = [...new Uint8Array(await hashSecret(secret))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
    const made = await tenantStub(c.env.TENANT, TENANT).bootstrap(hash, c.req.valid("json"), placeOf(c.req.raw));
    return made.done ? c.json(madeKeyBody(made.value), 201) : refusal(made.refusal, "no-such-person");
  });
  return api;
}
