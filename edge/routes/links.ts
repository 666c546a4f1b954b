import { createRoute, z } from "@hono/zod-openapi";
import { RIGHTS } from "#protocol";
import { GRANT_LIFE_SECONDS, type GrantClaims, grantKind, signingKey, signToken } from "../access/index.ts";
import { problem, problemResponses } from "../http/index.ts";
import { type Api, createApi } from "./api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "./caller.ts";
import { redeemGrant } from "./redeem-grant.ts";
import { deviceName, instant, region, rights } from "./schemas.ts";
import { SEAT_PROBLEMS, seat, seatBody } from "./seat.ts";

const MAX_LIFE_SECONDS = 30 * 24 * 60 * 60;

const create = createRoute({
  method: "post",
  path: "/api/v1/links",
  tags: ["links"],
  summary: "Make a link that opens a device",
  security: KEY_SECURITY,
  middleware: allowed("links:write"),
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z
            .strictObject({
              region: region.default("local"),
              device: deviceName.exactOptional(),
              rights: rights.default([...RIGHTS]),
              uses: z
                .int()
                .min(1)
                .max(1_000_000)
                .exactOptional()
                .openapi({ example: 1, description: "Left out: without limit." }),
              shared: z.boolean().default(false).openapi({ description: "All who open the link meet in one session." }),
              expiresInSeconds: z.int().min(60).max(MAX_LIFE_SECONDS).default(GRANT_LIFE_SECONDS),
              name: z
                .string()
                .min(1)
                .max(64)
                .exactOptional()
                .openapi({ example: "Ada", description: "Who it is for." }),
            })
            .openapi("NewLink"),
        },
      },
    },
  },
  responses: {
    201: {
      description: "The link. Whoever has the URL, or the grant in it, may use it.",
      content: {
        "application/json": {
          schema: z
            .object({
              link: z.string().openapi({ example: "5f0c3f0e-2f86-4f5e-9d3c-9f6f1f0c8a11" }),
              url: z.string().openapi({ example: "https://nearglass.example/s#eyJhbGciOiJFZERTQSJ9.e30.c2ln" }),
              grant: z.string().openapi({ example: "eyJhbGciOiJFZERTQSJ9.e30.c2ln" }),
              expiresAt: instant,
            })
            .openapi("Link"),
        },
      },
    },
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"),
  },
});

const redeem = createRoute({
  method: "post",
  path: "/api/v1/links/redeem",
  tags: ["links"],
  summary: "Turn a link's grant into a seat",
  description: "Takes one use of the link. A use that comes to nothing, because no device is free, is given back.",
  request: {
    body: {
      required: true,
      content: {
        "application/json": { schema: z.strictObject({ grant: z.string().min(1).max(4096) }).openapi("Redemption") },
      },
    },
  },
  responses: {
    201: { description: "The seat.", content: { "application/json": { schema: seat } } },
    ...problemResponses(
      ...(["invalid-request", "too-large", "unsupported-media-type"] as const),
      ...(["link-not-valid", "link-expired", "link-used-up", "link-revoked", "not-allowed"] as const),
      ...SEAT_PROBLEMS,
    ),
  },
});

export function linkRoutes(): Api {
  const api = createApi();
  api.openapi(create, async (c) => {
    const { expiresInSeconds, ...wish } = c.req.valid("json");
    const claims: GrantClaims = { link: crypto.randomUUID(), tenant: c.get("tenant"), ...wish };
    const key = await signingKey(c.env.SIGNING_KEY);
    const signature = { id: crypto.randomUUID(), at: Date.now(), lifeSeconds: expiresInSeconds };
    const { token: grant, expiresAt } = await signToken(grantKind, claims, key, signature);
    const { link: id, rights: of, uses, shared, name } = claims;
    const optional = { ...(uses === undefined ? {} : { uses }), ...(name === undefined ? {} : { name }) };
    await tenantOf(c).addLink(c.get("caller"), { id, rights: of, shared, expiresAt, ...optional });
    const url = new URL(`/s#${grant}`, c.req.url).href;
    return c.json({ link: claims.link, url, grant, expiresAt: new Date(expiresAt).toISOString() }, 201);
  });
  api.openapi(redeem, async (c) => {
    const answer = await redeemGrant(c.env, c.req.valid("json").grant, c.req.raw);
    return answer.seated ? c.json(await seatBody(c.env, answer.claims), 201) : problem(answer.problem);
  });
  return api;
}
