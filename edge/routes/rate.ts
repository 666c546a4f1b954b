import type { MiddlewareHandler } from "hono";
import { subscriberOf } from "../access/index.ts";
import type { Env } from "../env.ts";
import { problem } from "../http/index.ts";
import { placeOf } from "./whereabouts.ts";

/** Counted at each of the platform's locations by itself; wrangler.toml says how often. What must be exact, the objects count. */
type Rate = "SIGNIN_RATE" | "REDEEM_RATE" | "TICKET_RATE" | "FAILURE_RATE";

/** How long all of these count, seconds. */
const PERIOD_SECONDS = 60;

/** Stands before a route that one subscriber may call so often, and before everything that the route itself does. */
export function limited(rate: Rate): MiddlewareHandler<{ Bindings: Env }> {
  return async (c, next) => {
    if (await isTooOften(c.env, rate, c.req.raw)) return tooOften();
    return await next();
  };
}

/** Counts one more of these. @param within what has a count of its own */
export async function isTooOften(env: Env, rate: Rate, request: Request, within = ""): Promise<boolean> {
  return !(await env[rate].limit({ key: `${within} ${whoAsks(request)}` })).success;
}

/** Whoever the platform saw, as far as that can be told apart. */
export function whoAsks(request: Request): string {
  const { address } = placeOf(request);
  return address === undefined ? "unknown" : subscriberOf(address);
}

export function tooOften(seconds = PERIOD_SECONDS): Response {
  return problem("too-many-requests", undefined, { "Retry-After": String(seconds) });
}

/**
 * The answer to credentials that do not count. Whoever has shown too many of them is told that instead: good ones of the same
 * address go on, so that nobody shuts out a neighbour.
 */
export async function unauthorized(env: Env, request: Request): Promise<Response> {
  const hasShown = request.headers.has("Authorization");
  if (hasShown && (await isTooOften(env, "FAILURE_RATE", request))) return tooOften();
  return problem("unauthorized", undefined, { "WWW-Authenticate": 'Bearer realm="nearglass"' });
}
