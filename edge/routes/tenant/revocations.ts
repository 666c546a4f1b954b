import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/index.ts";
import type { Receipt, Revocable } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "../caller.ts";
import { instant } from "../schemas.ts";
import { reference, refusal } from "./shapes.ts";

const revocable = z
  .union([
    z.strictObject({ link: reference }),
    z.strictObject({ person: reference }),
    z.strictObject({ session: reference }),
  ])
  .openapi("Revocation", { description: "Whose access ends: one of the three.", example: { link: "5f0c3f0e-2f86" } });

const frame = z.int().exactOptional().openapi({ example: 1042 });

const receipt = z
  .object({
    revocation: reference,
    at: instant,
    subject: z.string().openapi({ example: "link:5f0c3f0e-2f86-4f5e-9d3c-9f6f1f0c8a11" }),
    sessions: z
      .array(
        z.object({
          session: reference,
          ended: z.boolean().openapi({ description: "Nobody was left in it: the device is free." }),
          seats: z.array(z.object({ seat: reference, sent: frame, acknowledged: frame })).readonly(),
        }),
      )
      .readonly()
      .openapi({
        description: "Each seat with the last video frame that was sent to it, and the last it said it has.",
      }),
    pending: z
      .array(z.string())
      .readonly()
      .openapi({ description: "Sessions that could not be reached yet. They are tried until they are." }),
  })
  .openapi("Receipt");

const revoke = createRoute({
  method: "post",
  path: "/api/v1/tenant/revocations",
  tags: ["access"],
  summary: "End the access of a link, a person or a session, now and everywhere",
  description:
    "Sockets are closed with code 4010; tickets, resume tokens and a link's remaining uses count no more. A person is disabled, " +
    "and the person's keys with them. The answer comes when every session that could be reached has done so.",
  security: KEY_SECURITY,
  middleware: allowed("access:revoke"),
  request: { body: { required: true, content: { "application/json": { schema: revocable } } } },
  responses: {
    200: { description: "What was closed.", content: { "application/json": { schema: receipt } } },
    ...problemResponses(
      ...(["invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"] as const),
      ...(["no-such-link", "no-such-person", "no-such-session", "last-owner"] as const),
    ),
  },
});

function body({ at, ...rest }: Receipt): z.input<typeof receipt> {
  return { ...rest, at: new Date(at).toISOString() };
}

function missing(what: Revocable) {
  if ("link" in what) return "no-such-link";
  return "person" in what ? "no-such-person" : "no-such-session";
}

export function revocationRoutes(): Api {
  const api = createApi();
  api.openapi(revoke, async (c) => {
    const what = c.req.valid("json");
    const revoked = await tenantOf(c).revoke(c.get("caller"), what);
    return revoked.done ? c.json(body(revoked.value), 200) : refusal(revoked.refusal, missing(what));
  });
  return api;
}
