import { z } from "@hono/zod-openapi";
import { type LinkRefusal, secretNameFor } from "../../signin/index.ts";

/** Shapes that the routes of signing in share. */

export const tenantName = z
  .string()
  .regex(/^[\w.-]{1,64}$/)
  .openapi({ param: { name: "tenant", in: "path" }, example: "default" });

export const inTenant = { params: z.object({ tenant: tenantName }) };

/** Where the provider sends the browser back to: one address for each tenant, so that no answer is taken for another's. */
export function redirectUri(requestUrl: string, tenant: string): string {
  return new URL(`/api/v1/signin/${tenant}/callback`, requestUrl).href;
}

/** The deployment's secret of this name. Undefined when it was not set: the provider will say so. */
export function clientSecret(env: object, tenant: string, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const secret: unknown = Reflect.get(env, secretNameFor(tenant, name));
  return typeof secret === "string" ? secret : undefined;
}

export function linkProblem(refusal: LinkRefusal) {
  switch (refusal) {
    case "declined":
      return "signin-declined";
    case "token-not-valid":
      return "signin-not-valid";
    case "provider-unavailable":
      return "provider-unavailable";
  }
}
