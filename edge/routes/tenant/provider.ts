import { createRoute, z } from "@hono/zod-openapi";
import { problem, problemResponses } from "../../http/index.ts";
import { type Provider, SECRET_NAME } from "../../signin/index.ts";
import { type Api, createApi } from "../api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "../caller.ts";
import { NOTHING, reference, refusal } from "./shapes.ts";

const word = z.string().min(1).max(256);
const proofs = z.array(word.regex(/^[!-~]+$/)).max(16);

const issuer = z
  .string()
  .max(512)
  .refine(isIssuer, "an https address without query or fragment; on this machine http")
  .openapi({ example: "https://login.example.com" });

const provider = z
  .strictObject({
    issuer,
    clientId: word.openapi({ example: "nearglass" }),
    clientSecret: z.string().max(64).regex(SECRET_NAME, "capital letters, digits and `_`").exactOptional().openapi({
      example: "LOGIN",
      description: "The name of a secret of the deployment, `OIDC_SECRET_<tenant>__<name>`. Left out: a public client.",
    }),
    scopes: z
      .array(word.regex(/^[!-~]+$/))
      .max(16)
      .default(["openid", "profile", "email"])
      .refine((scopes) => scopes.includes("openid"), "`openid` among them"),
    userNameClaim: word.default("email").openapi({ description: "By it a person is found at the first sign-in." }),
    groupClaim: word.exactOptional().openapi({ example: "groups" }),
    groups: z
      .array(z.strictObject({ claim: word, group: reference }))
      .max(500)
      .default([])
      .openapi({ description: "Which group each name in the claim stands for. These groups follow the claim." }),
    acr: proofs.default([]).openapi({ description: "One of which somebody must have proved to sign in." }),
    acrToOpen: proofs.default([]).openapi({ description: "One of which they must have proved to open a device." }),
    provision: z.boolean().default(false).openapi({ description: "Whoever is not known becomes a member." }),
  })
  .openapi("IdentityProvider");

const BOOKS = { tags: ["sign-in"], security: KEY_SECURITY, path: "/api/v1/tenant/identity-provider" };
const answer = { description: "The settings.", content: { "application/json": { schema: provider } } };

const read = createRoute({
  ...BOOKS,
  method: "get",
  summary: "How the tenant's people sign in",
  middleware: allowed("settings:read"),
  responses: { 200: answer, ...problemResponses("unauthorized", "forbidden", "no-signin") },
});

const write = createRoute({
  ...BOOKS,
  method: "put",
  summary: "Set the identity provider",
  description:
    "Whoever sets it decides who counts as an owner, and so needs `owners:write`. Another issuer signs everybody out.",
  middleware: allowed("owners:write"),
  request: { body: { required: true, content: { "application/json": { schema: provider } } } },
  responses: {
    200: answer,
    ...problemResponses(
      ...(["invalid-request", "unauthorized", "forbidden", "no-such-group"] as const),
      ...(["too-large", "unsupported-media-type"] as const),
    ),
  },
});

const remove = createRoute({
  ...BOOKS,
  method: "delete",
  summary: "Take the identity provider away: everybody is signed out",
  middleware: allowed("owners:write"),
  responses: { 204: NOTHING, ...problemResponses("unauthorized", "forbidden") },
});

/** Arrays that the schema's output may change, out of those that are kept. */
function body(value: Provider): z.input<typeof provider> {
  const { scopes, groups, acr, acrToOpen } = value;
  return { ...value, scopes: [...scopes], groups: [...groups], acr: [...acr], acrToOpen: [...acrToOpen] };
}

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const isLocal = protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  return (protocol === "https:" || isLocal) && search === "" && hash === "" && username === "";
}

export function providerRoutes(): Api {
  const api = createApi();
  api.openapi(read, async (c) => {
    const known = await tenantOf(c).provider();
    return known === undefined ? problem("no-signin") : c.json(body(known), 200);
  });
  api.openapi(write, async (c) => {
    const wish = c.req.valid("json");
    const set = await tenantOf(c).setProvider(c.get("caller"), wish);
    return set.done ? c.json(body(wish), 200) : refusal(set.refusal, "no-such-group");
  });
  api.openapi(remove, async (c) => {
    await tenantOf(c).setProvider(c.get("caller"), undefined);
    return c.body(null, 204);
  });
  return api;
}
