import type { Context, MiddlewareHandler } from "hono";
import { Hono } from "hono";
import { etagOf, MAX_RESULTS, RESOURCE_TYPES, SCHEMAS, SERVICE_PROVIDER_CONFIG } from "../../scim/index.ts";
import type { ScimKind } from "../../tenant/index.ts";
import { type CallerEnv, tenantOf, whoCalls } from "../caller.ts";
import { isTooOften } from "../rate.ts";
import { placeOf } from "../whereabouts.ts";
import { fault, json, list, located, one, refused } from "./answers.ts";

const ROOT = "/scim/v2";
const PATHS = { Users: "User", Groups: "Group" } as const satisfies Record<string, ScimKind>;
const MEDIA_TYPES = /^application\/(scim\+)?json(;|$)/i;

type ScimContext = Context<CallerEnv>;

/** Stands before everything: whoever has no key with the scope learns nothing, not even what there is. */
const scimOnly: MiddlewareHandler<CallerEnv> = async (c, next) => {
  const known = await whoCalls(c.env, c.req.header("Authorization"));
  if (known === undefined) {
    if (c.req.header("Authorization") !== undefined && (await isTooOften(c.env, "FAILURE_RATE", c.req.raw))) {
      return fault(429, "Too many wrong keys. Wait a minute.", undefined, { "Retry-After": "60" });
    }
    return fault(401, "Send the right key as a bearer token.", undefined, {
      "WWW-Authenticate": 'Bearer realm="nearglass"',
    });
  }
  if (!known.caller.scopes.includes("scim")) return fault(403, "The key has not the scope `scim`.");
  c.set("caller", { ...known.caller, place: placeOf(c.req.raw) });
  c.set("tenant", known.tenant);
  const hasBody = c.req.method === "POST" || c.req.method === "PUT" || c.req.method === "PATCH";
  if (hasBody && !MEDIA_TYPES.test(c.req.header("Content-Type") ?? "")) {
    return fault(415, "Send JSON with `Content-Type: application/scim+json`.");
  }
  return await next();
};

/**
 * SCIM 2.0 for an identity provider. It has a contract and a discovery of its own (RFC 7643, RFC 7644), and is no part of the
 * OpenAPI document.
 */
export function scimRoutes(): Hono<CallerEnv> {
  const scim = new Hono<CallerEnv>().basePath(ROOT);
  scim.use(scimOnly);
  scim.get("/ServiceProviderConfig", (c) => json(discovered(c, SERVICE_PROVIDER_CONFIG, "ServiceProviderConfig")));
  describe(scim, "ResourceTypes", RESOURCE_TYPES);
  describe(scim, "Schemas", SCHEMAS);
  for (const [path, kind] of Object.entries(PATHS)) serve(scim, path, kind);
  scim.all("*", () => fault(404, "There is nothing here."));
  return scim;
}

function describe(scim: Hono<CallerEnv>, path: string, resources: readonly object[]): void {
  const told = (c: ScimContext) =>
    resources.map((resource) => discovered(c, resource, `${path}/${Reflect.get(resource, "id")}`));
  scim.get(`/${path}`, (c) => list(told(c)));
  scim.get(`/${path}/:id`, (c) => {
    const found = told(c).find((resource) => Reflect.get(resource, "id") === c.req.param("id"));
    return found === undefined ? fault(404, "There is no such resource.") : json(found);
  });
}

function discovered(c: ScimContext, resource: object, path: string): object {
  return { ...resource, meta: { ...Reflect.get(resource, "meta"), location: endpointOf(c, path) } };
}

function endpointOf(c: ScimContext, path: string): string {
  return new URL(`${ROOT}/${path}`, c.req.url).href;
}

function serve(scim: Hono<CallerEnv>, path: string, kind: ScimKind): void {
  const endpoint = (c: ScimContext) => endpointOf(c, path);
  scim.get(`/${path}`, async (c) => {
    const query = readQuery(c);
    const answer = await tenantOf(c).scimList(kind, query);
    if (!answer.done) return refused(answer);
    const { total, resources } = answer.value;
    return list(
      resources.map((resource) => located(resource, endpoint(c))),
      total,
      query.startIndex,
    );
  });
  scim.post(`/${path}`, async (c) => {
    const added = await tenantOf(c).scimWrite(c.get("caller"), kind, { op: "add", body: await c.req.text() });
    return added.done ? one(added.value, endpoint(c), 201) : refused(added);
  });
  scim.get(`/${path}/:id`, async (c) => {
    const found = await tenantOf(c).scimGet(kind, c.req.param("id"));
    if (!found.done) return refused(found);
    const tag = etagOf(found.value.version);
    if (c.req.header("If-None-Match") === tag) return new Response(null, { status: 304, headers: { ETag: tag } });
    return one(found.value, endpoint(c));
  });
  scim.on(["PUT", "PATCH"], `/${path}/:id`, async (c) => {
    const op = c.req.method === "PUT" ? "put" : "patch";
    const change = { op, id: c.req.param("id"), body: await c.req.text(), ...meantVersion(c) } as const;
    const written = await tenantOf(c).scimWrite(c.get("caller"), kind, change);
    return written.done ? one(written.value, endpoint(c)) : refused(written);
  });
  scim.delete(`/${path}/:id`, async (c) => {
    const removed = await tenantOf(c).scimRemove(c.get("caller"), kind, c.req.param("id"), meantVersion(c).ifMatch);
    return removed.done ? c.body(null, 204) : refused(removed);
  });
}

function meantVersion(c: ScimContext): { readonly ifMatch?: string } {
  const ifMatch = c.req.header("If-Match");
  return ifMatch === undefined ? {} : { ifMatch };
}

/** RFC 7644 section 3.4.2.4: what is below the lowest counts as the lowest. */
function readQuery(c: ScimContext) {
  const number = (name: string, otherwise: number) => {
    const value = Number(c.req.query(name) ?? otherwise);
    return Number.isSafeInteger(value) ? value : otherwise;
  };
  const names = (name: string) =>
    c.req
      .query(name)
      ?.split(",")
      .map((one) => one.trim());
  const [filter, attributes, excludedAttributes] = [
    c.req.query("filter"),
    names("attributes"),
    names("excludedAttributes"),
  ];
  return {
    startIndex: Math.max(1, number("startIndex", 1)),
    count: Math.min(MAX_RESULTS, Math.max(0, number("count", 100))),
    ...(filter === undefined ? {} : { filter }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(excludedAttributes === undefined ? {} : { excludedAttributes }),
  };
}
