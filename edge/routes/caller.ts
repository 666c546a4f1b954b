import type { MiddlewareHandler } from "hono";
import type { Scope } from "../access/claims.ts";
import { hashSecret, isAdmin, readApiKey, SCOPES } from "../access/index.ts";
import type { Env } from "../env.ts";
import { bearerToken, problem } from "../http/index.ts";
import { type Caller, type TenantRpc, tenantStub } from "../tenant/index.ts";
import { unauthorized } from "./rate.ts";
import { TENANT } from "./tenant.ts";
import { placeOf } from "./whereabouts.ts";

/** Whoever holds ADMIN_TOKEN, in the books. */
const DEPLOYMENT = "admin-token";

/** What stands behind a route that a scope opens. */
export interface CallerEnv {
  readonly Bindings: Env;
  readonly Variables: { readonly caller: Caller; readonly tenant: string };
}

/** For `security` of a route that a key with its scopes opens, or ADMIN_TOKEN. */
export const KEY_SECURITY: Record<string, string[]>[] = [{ key: [] }, { admin: [] }];

/**
 * Stands before everything else of such a route: whoever may not call it learns nothing, not even what was wrong with the
 * body or whether what it names exists. A key speaks for its own tenant, ADMIN_TOKEN for the deployment's.
 */
export function allowed(...scopes: readonly Scope[]): MiddlewareHandler<CallerEnv> {
  return async (c, next) => {
    const known = await whoCalls(c.env, c.req.header("Authorization"));
    if (known === undefined) return await unauthorized(c.env, c.req.raw);
    if (!scopes.every((scope) => known.caller.scopes.includes(scope))) return problem("forbidden");
    c.set("caller", { ...known.caller, place: placeOf(c.req.raw) });
    c.set("tenant", known.tenant);
    return await next();
  };
}

/** Who shows these credentials; undefined for nobody that is known. */
export async function whoCalls(
  env: Env,
  header: string | undefined,
): Promise<{ readonly caller: Caller; readonly tenant: string } | undefined> {
  const token = bearerToken(header);
  if (token === undefined) return undefined;
  const key = readApiKey(token);
  if (key !== undefined) {
    const caller = await tenantStub(env.TENANT, key.tenant).authorise(key.id, await hashSecret(key.secret));
    return caller === undefined ? undefined : { caller, tenant: key.tenant };
  }
  if (!(await isAdmin(token, env.ADMIN_TOKEN))) return undefined;
  return { caller: { actor: DEPLOYMENT, scopes: SCOPES }, tenant: TENANT };
}

/** Whether something of this tenant is the caller's to see and to change. The deployment's own is everybody's keeper. */
export function isOf(
  c: { get(name: "tenant"): string; get(name: "caller"): Caller },
  tenant: string | undefined,
): tenant is string {
  return tenant !== undefined && (tenant === c.get("tenant") || c.get("caller").actor === DEPLOYMENT);
}

/** The object of the caller's tenant. */
export function tenantOf(c: {
  readonly env: Env;
  get(name: "tenant"): string;
}): DurableObjectStub<TenantRpc & Rpc.DurableObjectBranded> {
  return tenantStub(c.env.TENANT, c.get("tenant"));
}
