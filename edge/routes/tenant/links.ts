import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/index.ts";
import type { Link } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "../caller.ts";
import { instant, rights } from "../schemas.ts";
import { next, page, reference } from "./shapes.ts";

const link = z
  .object({
    id: reference,
    name: z.string().exactOptional(),
    rights,
    uses: z.int().exactOptional(),
    shared: z.boolean(),
    createdBy: z.string().openapi({ example: "admin-token" }),
    createdAt: instant,
    expiresAt: instant,
    revokedAt: instant.exactOptional(),
  })
  .openapi("ListedLink", {
    description: "A link without its grant, which is not kept. Who used it when is in the audit log.",
  });

const list = createRoute({
  method: "get",
  path: "/api/v1/tenant/links",
  tags: ["links"],
  summary: "The links of the tenant, the newest first; ended ones for 90 days",
  security: KEY_SECURITY,
  middleware: allowed("links:read"),
  request: { query: page },
  responses: {
    200: {
      description: "A page of them.",
      content: { "application/json": { schema: z.object({ links: z.array(link), next }).openapi("Links") } },
    },
    ...problemResponses("invalid-request", "unauthorized", "forbidden"),
  },
});

function body({ createdAt, expiresAt, revokedAt, rights: of, ...rest }: Link): z.input<typeof link> {
  return {
    ...rest,
    rights: [...of],
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    ...(revokedAt === undefined ? {} : { revokedAt: new Date(revokedAt).toISOString() }),
  };
}

export function linkListRoutes(): Api {
  const api = createApi();
  api.openapi(list, async (c) => {
    const { items, ...rest } = await tenantOf(c).links(c.req.valid("query"));
    return c.json({ links: items.map(body), ...rest }, 200);
  });
  return api;
}
