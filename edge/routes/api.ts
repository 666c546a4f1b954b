import { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "../env.ts";
import { problem } from "../http/index.ts";

export type Api = OpenAPIHono<{ Bindings: Env }>;

/** An empty set of routes; whatever does not fit a route's schema is answered here. */
export function createApi(): Api {
  return new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return undefined;
      const issue = result.error.issues[0];
      const place = [result.target, ...(issue?.path ?? [])].join(".");
      return problem("invalid-request", `${place}: ${issue?.message ?? "not valid"}`);
    },
  });
}
