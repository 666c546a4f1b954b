import { createRoute, z } from "@hono/zod-openapi";
import { setCookie } from "hono/cookie";
import { ROUND_LIFE_SECONDS, roundKind, signingKey, signToken } from "../../access/index.ts";
import { problem, problemResponses } from "../../http/index.ts";
import { authorizationUrl, freshExpectation, returnPath } from "../../signin/index.ts";
import { tenantStub } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { limited, tooOften, whoAsks } from "../rate.ts";
import { ROUND_TERMS, roundCookie } from "./round.ts";
import { inTenant, linkProblem, redirectUri } from "./shapes.ts";

const start = createRoute({
  method: "get",
  path: "/api/v1/signin/{tenant}/start",
  tags: ["sign-in"],
  summary: "Send the browser to the tenant's identity provider",
  description: "To be navigated to. With `for=open` more may be asked of somebody who is signed in already.",
  middleware: limited("SIGNIN_RATE"),
  request: {
    ...inTenant,
    query: z.object({
      return: z
        .string()
        .max(500)
        .exactOptional()
        .openapi({ example: "/portal", description: "A path of this origin." }),
      for: z.enum(["entry", "open"]).default("entry"),
    }),
  },
  responses: {
    302: { description: "To the provider." },
    ...problemResponses(
      ...(["invalid-request", "https-needed", "no-signin", "too-many-requests", "provider-unavailable"] as const),
    ),
  },
});

export function startRoutes(): Api {
  const api = createApi();
  api.openapi(start, async (c) => {
    if (!keepsCookie(new URL(c.req.url))) return problem("https-needed");
    const { tenant } = c.req.valid("param");
    const { return: wished, for: purpose } = c.req.valid("query");
    const provider = await tenantStub(c.env.TENANT, tenant).providerFor(whoAsks(c.req.raw));
    if (provider === undefined) return problem("no-signin");
    if ("shutOutSeconds" in provider) return tooOften(provider.shutOutSeconds);
    const stepUp = purpose === "open" && provider.acrToOpen.length > 0;
    const acr = stepUp ? provider.acrToOpen : provider.acr;
    const expectation = freshExpectation();
    const expected = { ...expectation, redirectUri: redirectUri(c.req.url, tenant) };
    const url = await authorizationUrl(provider, expected, { acr, stepUp });
    if (!url.ok) return problem(linkProblem(url.refusal));
    const claims = { tenant, ...expectation, returnTo: returnPath(wished), acr };
    const signature = { id: crypto.randomUUID(), at: Date.now(), lifeSeconds: ROUND_LIFE_SECONDS };
    const { token } = await signToken(roundKind, claims, await signingKey(c.env.SIGNING_KEY), signature);
    setCookie(c, roundCookie(expectation.state), token, { ...ROUND_TERMS, maxAge: ROUND_LIFE_SECONDS });
    return c.redirect(url.value.href, 302);
  });
  return api;
}

/** Browsers keep a `__Host-` cookie for https, and most of them for this machine itself. */
function keepsCookie({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
