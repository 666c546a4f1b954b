import type { MiddlewareHandler } from "hono";
import { isAdmin } from "../access/index.ts";
import type { Env } from "../env.ts";
import { bearerToken, problem } from "../http/index.ts";

/** For `security` of a route that only the holder of ADMIN_TOKEN may call. */
export const ADMIN_SECURITY: Record<string, string[]>[] = [{ admin: [] }];

/** Stands before everything else of such a route: a stranger learns nothing, not even what was wrong with the body. */
export const adminOnly: MiddlewareHandler<{ Bindings: Env }> = async (c, next) => {
  const token = bearerToken(c.req.header("Authorization"));
  if (token === undefined || !(await isAdmin(token, c.env.ADMIN_TOKEN))) {
    return problem("unauthorized", undefined, { "WWW-Authenticate": 'Bearer realm="nearglass"' });
  }
  return await next();
};
