import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Scope } from "../access/claims.ts";
import { hashSecret, SCOPES_OF_ROLE } from "../access/index.ts";
import type { Env } from "../env.ts";
import { type ProblemName, problem } from "../http/index.ts";
import { isOwnRequest, OWN_HEADER, readSignin, writeSignin } from "../signin/index.ts";
import { type SignedIn, tenantStub } from "../tenant/index.ts";
import { allowed, type CallerEnv, KEY_SECURITY } from "./caller.ts";
import { placeOf } from "./whereabouts.ts";

/** With the prefix `__Host-`: https, this host alone, every path. On this machine browsers take plain http for it too. */
const COOKIE = "nearglass";
const COOKIE_TERMS = { prefix: "host", path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;

/** For `security` of a route that somebody who is signed in may call. */
export const COOKIE_SECURITY: Record<string, string[]>[] = [{ cookie: [] }];

/** Of one that a key opens too. */
export const EITHER_SECURITY: Record<string, string[]>[] = [...KEY_SECURITY, ...COOKIE_SECURITY];

/** What stands behind a route that a cookie opens. */
export interface SignedInEnv {
  readonly Bindings: Env;
  readonly Variables: { readonly signedIn: SignedIn; readonly tenant: string };
}

/** What stands behind a route that either a key or a cookie opens. */
interface EitherEnv {
  readonly Bindings: Env;
  readonly Variables: CallerEnv["Variables"] & { readonly signedIn?: SignedIn };
}

/** The browser keeps it until it is closed; how long it counts, the Tenant object says. */
export function giveCookie(c: Context, tenant: string, id: string, secret: string): void {
  setCookie(c, COOKIE, writeSignin({ tenant, id, secret }), COOKIE_TERMS);
}

export function takeCookie(c: Context): void {
  setCookie(c, COOKIE, "", { ...COOKIE_TERMS, maxAge: 0 });
}

/** The sign-in that the request shows; whether it counts is not asked. */
export function shownSignin(c: Context) {
  return readSignin(getCookie(c, COOKIE, COOKIE_TERMS.prefix) ?? "");
}

/** Stands before a route that only a cookie opens. */
export const signedIn: MiddlewareHandler<SignedInEnv> = async (c, next) => {
  const known = await whoIsSignedIn(c, c.env);
  if (known instanceof Response) return known;
  c.set("signedIn", known.signedIn);
  c.set("tenant", known.tenant);
  await next();
  turnCookie(c, known);
  return undefined;
};

/** Stands before a route that a key with the scope opens, and everybody who is signed in: for those the route looks after itself. */
export function allowedOrSignedIn(scope: Scope): MiddlewareHandler<EitherEnv> {
  return either(scope, () => undefined);
}

/**
 * Stands before a route that a key with the scope opens, and whoever is signed in and has a role with it. What changes something
 * needs as much proof as opening a device does.
 */
export function allowedInRole(scope: Scope): MiddlewareHandler<EitherEnv> {
  return either(scope, (method, { person, needsStepUp }) => {
    if (!SCOPES_OF_ROLE[person.role].includes(scope)) return "forbidden";
    return needsStepUp && method !== "GET" ? "step-up-needed" : undefined;
  });
}

function either(
  scope: Scope,
  refusal: (method: string, signedIn: SignedIn) => ProblemName | undefined,
): MiddlewareHandler<EitherEnv> {
  const byKey = allowed(scope);
  return async (c, next) => {
    if (c.req.header("Authorization") !== undefined || shownSignin(c) === undefined) return await byKey(c, next);
    const known = await whoIsSignedIn(c, c.env);
    if (known instanceof Response) return known;
    const refused = refusal(c.req.method, known.signedIn);
    if (refused !== undefined) {
      c.res = problem(refused);
      turnCookie(c, known);
      return undefined;
    }
    const { id } = known.signedIn.person;
    c.set("caller", { actor: `person:${id}`, person: id, scopes: [], place: placeOf(c.req.raw) });
    c.set("signedIn", known.signedIn);
    c.set("tenant", known.tenant);
    await next();
    turnCookie(c, known);
    return undefined;
  };
}

interface Known {
  readonly signedIn: SignedIn;
  readonly tenant: string;
}

/** Whom a route that does without a cookie may ask for: whoever is signed in to this tenant, in the browser that asks. */
export type AskSignedIn = (tenant: string) => Promise<SignedIn | undefined>;

/** What stands behind a route that asks for a cookie only where it matters. */
interface AskingEnv {
  readonly Bindings: Env;
  readonly Variables: { readonly askSignedIn: AskSignedIn };
}

/** Stands before such a route. A foreign request is nobody's, as one without a cookie is, or with another tenant's. */
export const mayBeSignedIn: MiddlewareHandler<AskingEnv> = async (c, next) => {
  let known: Known | undefined;
  c.set("askSignedIn", async (tenant) => {
    if (shownSignin(c)?.tenant !== tenant) return undefined;
    const answer = await whoIsSignedIn(c, c.env);
    known = answer instanceof Response ? undefined : answer;
    return known?.signedIn;
  });
  await next();
  if (known !== undefined) turnCookie(c, known);
};

/** A foreign page learns nothing of whether the browser is signed in. */
async function whoIsSignedIn(c: Context, env: Env): Promise<Known | Response> {
  const sender = {
    method: c.req.method,
    origin: c.req.header("Origin"),
    fetchSite: c.req.header("Sec-Fetch-Site"),
    own: c.req.header(OWN_HEADER),
  };
  if (!isOwnRequest(sender, new URL(c.req.url).origin)) return problem("foreign-request");
  const shown = shownSignin(c);
  if (shown === undefined) return problem("signed-out");
  const { tenant, id, secret } = shown;
  const tenantObject = tenantStub(env.TENANT, tenant);
  const known = await tenantObject.whoIsSignedIn(id, await hashSecret(secret), placeOf(c.req.raw));
  if (known !== undefined) return { signedIn: known, tenant };
  return problem("signed-out");
}

function turnCookie(c: Context, { signedIn: { id, next }, tenant }: Known): void {
  if (next !== undefined && c.res.status !== 101 && !c.res.headers.has("Set-Cookie")) giveCookie(c, tenant, id, next);
}
