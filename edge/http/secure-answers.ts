import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

const secure = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: "DENY",
});

/** The usual headers on every answer but an upgrade's, which may not be changed. Answers hold secrets: none is cached. */
export const secureAnswers: MiddlewareHandler = async (c, next) => {
  await next();
  // A page comes with a policy of its own, which says more.
  if (c.res.status === 101 || c.res.headers.has("Content-Security-Policy")) return;
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
  await secure(c, async () => {});
};
