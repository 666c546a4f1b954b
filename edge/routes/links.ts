import { createRoute, type z } from "@hono/zod-openapi";
import { type GrantClaims, grantKind, signingKey, signToken } from "../access/index.ts";
import { problem, problemResponses } from "../http/index.ts";
import { type Api, createApi } from "./api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "./caller.ts";
import { type HolderKey, newHolderKey } from "./holder-key.ts";
import { madeLink, NEW_LINK_EXAMPLES, newLink, redemption } from "./link-shapes.ts";
import { limited, tooOften } from "./rate.ts";
import { redeemGrant } from "./redeem-grant.ts";
import { SEAT_PROBLEMS, seat, seatBody } from "./seat.ts";
import { mayBeSignedIn } from "./signed-in.ts";

const create = createRoute({
  method: "post",
  path: "/api/v1/links",
  tags: ["links"],
  summary: "Make a link that opens a device, or leads into a session",
  description:
    "The URL is told here and never again: only what the link allows is kept. Whoever has it can make lesser links of it without asking the edge (docs/embedding.md).",
  security: KEY_SECURITY,
  middleware: allowed("links:write"),
  request: {
    body: { required: true, content: { "application/json": { schema: newLink, examples: NEW_LINK_EXAMPLES } } },
  },
  responses: {
    201: {
      description: "The link. Whoever has the URL, or the grant in it, may use it.",
      content: { "application/json": { schema: madeLink } },
    },
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"),
  },
});

const redeem = createRoute({
  method: "post",
  path: "/api/v1/links/redeem",
  tags: ["links"],
  summary: "Turn a link's grant into a seat",
  description:
    "Takes one use of the link, and of every lesser link on the way to it that bounds uses. A use that comes to nothing, because no device is free, is given back. A link for one person needs the credentials of that person: a key that acts for them, or the cookie of a browser in which they are signed in.",
  middleware: [limited("REDEEM_RATE"), mayBeSignedIn] as const,
  request: { body: { required: true, content: { "application/json": { schema: redemption } } } },
  responses: {
    201: { description: "The seat.", content: { "application/json": { schema: seat } } },
    ...problemResponses(
      ...(["invalid-request", "too-large", "unsupported-media-type", "link-not-valid", "link-not-yet"] as const),
      ...(["link-expired", "link-used-up", "link-revoked", "link-for-another", "not-embeddable"] as const),
      ...(["step-up-needed", "not-allowed", "no-such-session", "too-many-requests"] as const),
      ...SEAT_PROBLEMS,
    ),
  },
});

export function linkRoutes(): Api {
  const api = createApi();
  api.openapi(create, async (c) => {
    const wish = c.req.valid("json");
    const holder = wish.narrowable ? await newHolderKey() : undefined;
    const claims = claimsOf(wish, c.get("tenant"), holder);
    const signature = { id: crypto.randomUUID(), at: Date.now(), lifeSeconds: wish.expiresInSeconds };
    const { token, expiresAt } = await signToken(grantKind, claims, await signingKey(c.env.SIGNING_KEY), signature);
    const grant = holder === undefined ? token : `${token}~${holder.seed}`;
    const { link: id, tenant: _, next: __, rights, uses, shared, name, ...conditions } = claims;
    const optional = { ...(uses === undefined ? {} : { uses }), ...(name === undefined ? {} : { name }) };
    await tenantOf(c).addLink(c.get("caller"), { id, rights, shared, expiresAt, conditions, ...optional });
    const url = new URL(`/s#${grant}`, c.req.url).href;
    return c.json({ link: id, url, grant, expiresAt: new Date(expiresAt).toISOString() }, 201);
  });
  api.openapi(redeem, async (c) => {
    const answer = await redeemGrant(c.env, c.req.valid("json"), c.req.raw, c.get("askSignedIn"));
    if (answer.seated) return c.json(await seatBody(c.env, answer.claims), 201);
    return answer.problem === "too-many-requests" ? tooOften() : problem(answer.problem);
  });
  return api;
}

function claimsOf(
  { expiresInSeconds: _, notBefore, narrowable: __, ...wish }: z.output<typeof newLink>,
  tenant: string,
  holder: HolderKey | undefined,
): GrantClaims {
  return {
    ...{ link: crypto.randomUUID(), tenant, ...wish },
    ...(notBefore === undefined ? {} : { notBefore: Math.ceil(Date.parse(notBefore) / 1_000) }),
    ...(holder === undefined ? {} : { next: holder.key }),
  };
}
