import { createRoute, z } from "@hono/zod-openapi";
import { VERSION } from "../version.ts";
import { type Api, createApi } from "./api.ts";

const health = createRoute({
  method: "get",
  path: "/api/v1/health",
  tags: ["service"],
  summary: "Whether the edge answers, and which release it is",
  responses: {
    200: {
      description: "It answers.",
      content: {
        "application/json": {
          schema: z
            .object({ status: z.literal("ok"), version: z.string().openapi({ example: VERSION }) })
            .openapi("Health"),
        },
      },
    },
  },
});

export function healthRoutes(): Api {
  return createApi().openapi(health, (c) => c.json({ status: "ok" as const, version: VERSION }, 200));
}
