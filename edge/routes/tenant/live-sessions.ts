import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/index.ts";
import type { LiveSession } from "../../tenant/index.ts";
import { LOOK_PROBLEMS } from "../administration.ts";
import { type Api, createApi } from "../api.ts";
import { tenantOf } from "../caller.ts";
import { instant } from "../schemas.ts";
import { allowedInRole, EITHER_SECURITY } from "../signed-in.ts";
import { next, page, reference } from "./shapes.ts";

const live = z
  .object({
    id: z.string().openapi({ example: "weur-3f0e6c1a-4b1d-4c9e-8f43-0a9d0c7b2f11" }),
    openedAt: instant,
    seats: z.array(
      z.object({
        seat: reference,
        openedAt: instant,
        link: reference.exactOptional(),
        person: reference.exactOptional(),
        key: reference.exactOptional(),
      }),
    ),
  })
  .openapi("LiveSession", {
    description: "With whoever sits in it, and the link, the person or the key they came by.",
  });

const list = createRoute({
  method: "get",
  path: "/api/v1/sessions",
  tags: ["sessions"],
  summary: "The live sessions of the tenant, the newest first",
  security: EITHER_SECURITY,
  middleware: allowedInRole("sessions:read"),
  request: { query: page },
  responses: {
    200: {
      description: "A page of them.",
      content: { "application/json": { schema: z.object({ sessions: z.array(live), next }).openapi("LiveSessions") } },
    },
    ...problemResponses(...LOOK_PROBLEMS),
  },
});

function body({ openedAt, seats, ...rest }: LiveSession): z.input<typeof live> {
  return {
    ...rest,
    openedAt: new Date(openedAt).toISOString(),
    seats: seats.map((seat) => ({ ...seat, openedAt: new Date(seat.openedAt).toISOString() })),
  };
}

/** Who is where, for whoever administers the tenant. */
export function liveSessionRoutes(): Api {
  const api = createApi();
  api.openapi(list, async (c) => {
    const { items, ...rest } = await tenantOf(c).liveSessions(c.req.valid("query"));
    return c.json({ sessions: items.map(body), ...rest }, 200);
  });
  return api;
}
