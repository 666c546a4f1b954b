import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { hashSecret, type RoundClaims, roundKind, signingKey, verifyToken } from "../../access/index.ts";
import type { Env } from "../../env.ts";
import { type ProblemName, problem, problemResponses } from "../../http/index.ts";
import { claimsForCode, type Identity, identityOf, type Provider } from "../../signin/index.ts";
import { type SigninRefusal, tenantStub } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { limited, tooOften, whoAsks } from "../rate.ts";
import { giveCookie, shownSignin } from "../signed-in.ts";
import { placeOf } from "../whereabouts.ts";
import { ROUND_TERMS, roundCookie } from "./round.ts";
import { clientSecret, inTenant, linkProblem, redirectUri } from "./shapes.ts";

const callback = createRoute({
  method: "get",
  path: "/api/v1/signin/{tenant}/callback",
  tags: ["sign-in"],
  summary: "Where the identity provider sends the browser back to",
  description:
    "To be registered with the provider. A browser is sent on to the page that it came from, also when it was not signed in: " +
    "the reason then stands after `#refused=`.",
  middleware: limited("SIGNIN_RATE"),
  request: {
    ...inTenant,
    query: z.looseObject({ state: z.string().max(200).exactOptional() }),
  },
  responses: {
    303: { description: "Signed in, by a cookie." },
    ...problemResponses(
      ...(["invalid-request", "signin-not-valid", "signin-declined", "signin-refused", "step-up-needed"] as const),
      ...(["no-signin", "too-many-requests", "provider-unavailable"] as const),
    ),
  },
});

const TOO_OFTEN = "too-many-requests";

type Come =
  | { readonly signedIn: true; readonly id: string; readonly secret: string; readonly returnTo: string }
  | { readonly signedIn: false; readonly problem: ProblemName }
  | { readonly signedIn: false; readonly shutOutSeconds: number };

type Round = RoundClaims & { readonly id: string; readonly expiresAt: number };
type RouteContext = Context<{ Bindings: Env }>;

export function callbackRoutes(): Api {
  const api = createApi();
  api.openapi(callback, async (c) => {
    const { tenant } = c.req.valid("param");
    const come = await comeBack(c, tenant, c.req.valid("query").state ?? "");
    if (!come.signedIn) {
      return "problem" in come ? refuse(c, tenant, come.problem) : refuse(c, tenant, TOO_OFTEN, come.shutOutSeconds);
    }
    giveCookie(c, tenant, come.id, come.secret);
    return c.redirect(come.returnTo, 303);
  });
  return api;
}

/** A person sees a page with words; a program sees the problem. */
function refuse(c: RouteContext, tenant: string, name: ProblemName, seconds?: number): Response {
  if (!(c.req.header("Accept") ?? "").includes("text/html")) {
    return name === TOO_OFTEN ? tooOften(seconds) : problem(name);
  }
  return c.redirect(`/portal?tenant=${encodeURIComponent(tenant)}#refused=${name}`, 303);
}

async function comeBack(c: RouteContext, tenant: string, state: string): Promise<Come> {
  const round = await roundOf(c, tenant, state);
  if (round === undefined) return { signedIn: false, problem: "signin-not-valid" };
  const object = tenantStub(c.env.TENANT, tenant);
  const place = placeOf(c.req.raw);
  const provider = await object.providerFor(whoAsks(c.req.raw));
  if (provider !== undefined && "shutOutSeconds" in provider) return { signedIn: false, ...provider };
  const identity = await identityAt(c, tenant, provider, round);
  if ("problem" in identity) {
    await object.signInRefused(identity.reason, place, whoAsks(c.req.raw));
    return { signedIn: false, problem: identity.problem };
  }
  const shown = shownSignin(c);
  const before = shown?.tenant === tenant ? shown : undefined;
  const replaces = before && { id: before.id, secretHash: await hashSecret(before.secret) };
  const arrival = { identity, round: round.id, until: round.expiresAt, place, subscriber: whoAsks(c.req.raw) };
  const signin = await object.signIn(replaces === undefined ? arrival : { ...arrival, replaces });
  if (signin.signedIn) return { ...signin, returnTo: round.returnTo };
  return { signedIn: false, problem: problemFor(signin.refusal) };
}

/** What this browser began, if it is this that comes back: its cookie holds the state that the address has. */
async function roundOf(c: RouteContext, tenant: string, state: string): Promise<Round | undefined> {
  const name = roundCookie(state);
  const token = getCookie(c, name, ROUND_TERMS.prefix);
  if (token === undefined) return undefined;
  setCookie(c, name, "", { ...ROUND_TERMS, maxAge: 0 });
  const answer = await verifyToken(roundKind, token, await signingKey(c.env.SIGNING_KEY), Date.now());
  if (!answer.verified || answer.claims.tenant !== tenant || answer.claims.state !== state) return undefined;
  return { ...answer.claims, id: answer.id, expiresAt: answer.expiresAt };
}

async function identityAt(
  c: RouteContext,
  tenant: string,
  provider: Provider | undefined,
  { state, nonce, verifier, acr }: Round,
): Promise<Identity | { readonly problem: ProblemName; readonly reason: string }> {
  if (provider === undefined) return { problem: "no-signin", reason: "no-signin" };
  const secret = clientSecret(c.env, tenant, provider.clientSecret);
  const expected = { state, nonce, verifier, redirectUri: redirectUri(c.req.url, tenant) };
  const claims = await claimsForCode(provider, secret, new URL(c.req.url), expected);
  if (!claims.ok) return { problem: linkProblem(claims.refusal), reason: claims.refusal };
  const judged = identityOf(claims.value, provider, acr, Date.now());
  if (judged.taken) return judged.value;
  return { problem: PROBLEM_OF[judged.refusal], reason: judged.refusal };
}

function problemFor(refusal: SigninRefusal): ProblemName {
  if (refusal === "replayed") return "signin-not-valid";
  return refusal === "too-often" ? TOO_OFTEN : "signin-refused";
}

const PROBLEM_OF = {
  "token-not-valid": "signin-not-valid",
  "token-not-fresh": "signin-not-valid",
  "acr-too-low": "step-up-needed",
  "claims-missing": "signin-refused",
} as const satisfies Record<string, ProblemName>;
