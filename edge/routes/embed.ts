import { Hono } from "hono";
import type { Env } from "../env.ts";
import { problem } from "../http/index.ts";
import { tenantStub } from "../tenant/index.ts";
import { TENANT } from "./tenant.ts";

/** A tenant's name, as keys carry it. */
const TENANT_NAME = /^[\w.-]{1,64}$/;

/**
 * The page that other pages frame. It is a file like the others; its headers are not, since every tenant says for itself who
 * may put it into a frame, and the browser asks that before there is any link to look at.
 */
export function embedRoutes(): Hono<{ Bindings: Env }> {
  const pages = new Hono<{ Bindings: Env }>();
  pages.get("/embed", async (c) => await embedPage(c.env, TENANT, c.req.url));
  pages.get("/embed/:tenant", async (c) => {
    const tenant = c.req.param("tenant");
    return TENANT_NAME.test(tenant) ? await embedPage(c.env, tenant, c.req.url) : problem("not-found");
  });
  return pages;
}

/** A tenant that is none has nobody in its list, and looks like one that lists nobody. */
async function embedPage(env: Env, tenant: string, url: string): Promise<Response> {
  const [page, origins] = await Promise.all([
    env.ASSETS.fetch(new URL("/embed", url)),
    tenantStub(env.TENANT, tenant).embeddingOrigins(),
  ]);
  const policy = page.headers.get("Content-Security-Policy");
  if (!page.ok || policy === null) throw new Error(`/embed came with status ${page.status} and no policy`);
  const ancestors = origins.length === 0 ? "'none'" : origins.join(" ");
  const headers = new Headers(page.headers);
  headers.set("Content-Security-Policy", policy.replace(/frame-ancestors [^;]*/, `frame-ancestors ${ancestors}`));
  // It knows no list of origins, and where it stands it outdoes what does.
  headers.delete("X-Frame-Options");
  headers.delete("ETag");
  headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  headers.set("Cache-Control", "no-store");
  return new Response(page.body, { headers });
}
