import { createRoute, z } from "@hono/zod-openapi";
import { problem, problemResponses } from "../../http/index.ts";
import { logoutOf, signedClaims } from "../../signin/index.ts";
import { tenantStub } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { isTooOften, tooOften } from "../rate.ts";
import { placeOf } from "../whereabouts.ts";
import { inTenant } from "./shapes.ts";

const logout = createRoute({
  method: "post",
  path: "/api/v1/signin/{tenant}/back-channel-logout",
  tags: ["sign-in"],
  summary: "The identity provider signs somebody out (OpenID Connect Back-Channel Logout 1.0)",
  description:
    "To be registered with the provider. Every browser of that session, or of that person, is signed out, and what it had " +
    "opened is closed before the answer comes.",
  request: {
    ...inTenant,
    body: {
      required: true,
      content: {
        "application/x-www-form-urlencoded": {
          schema: z.object({ logout_token: z.string().min(1).max(16_384) }).openapi("BackChannelLogout"),
        },
      },
    },
  },
  responses: {
    200: { description: "They are signed out." },
    ...problemResponses(
      ...(["invalid-request", "logout-not-valid", "no-signin", "too-large", "too-many-requests"] as const),
      "provider-unavailable",
    ),
  },
});

export function backChannelRoutes(): Api {
  const api = createApi();
  api.openapi(logout, async (c) => {
    const place = placeOf(c.req.raw);
    const { tenant } = c.req.valid("param");
    // Providers sign out many at once, from one address: each tenant has a count of its own.
    if (await isTooOften(c.env, "SIGNIN_RATE", c.req.raw, tenant)) return tooOften();
    const object = tenantStub(c.env.TENANT, tenant);
    const provider = await object.provider();
    if (provider === undefined) return problem("no-signin");
    const signed = await signedClaims(provider, c.req.valid("form").logout_token);
    if (!signed.ok) {
      return problem(signed.refusal === "provider-unavailable" ? "provider-unavailable" : "logout-not-valid");
    }
    const judged = logoutOf(signed.value.claims, signed.value.type, provider, Date.now());
    if (!judged.taken || !(await object.loggedOut(judged.value, place))) return problem("logout-not-valid");
    return c.body(null, 200);
  });
  return api;
}
