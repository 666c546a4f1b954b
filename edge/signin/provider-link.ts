import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import * as oauth from "oauth4webapi";
import type { Provider } from "./contract.ts";
import { CLOCK_SKEW_SECONDS } from "./freshness.ts";
import { missesClaims } from "./identity.ts";

const DEADLINE_MS = 10_000;
/** A provider that moves its endpoints or retires a key is followed within this time. */
const CACHE_MS = 5 * 60_000;
/** A key that is not known yet is asked for at once, and not more often than this. */
const KEYS_COOLDOWN_MS = 1_000;
const MAX_CACHED = 100;
/** What can be checked with public keys: neither `none` nor any that is keyed by a shared secret. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/** What the provider's answer has to be held against. */
export interface Expected {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/**
 * Why nobody is signed in: the provider cannot be reached or does not know the edge; it did not sign the person in; or what
 * came does not hold, which may be an attack.
 */
export type LinkRefusal = "provider-unavailable" | "declined" | "token-not-valid";

export type LinkAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: LinkRefusal };

interface Known {
  readonly server: oauth.AuthorizationServer;
  readonly keys: JWTVerifyGetKey;
  readonly until: number;
}

/** By issuer, for all requests of an isolate. Only what has arrived is kept: a request cannot wait for another's answer. */
const known = new Map<string, Known>();

/** What a browser must bring back, and prove. */
export function freshExpectation(): Omit<Expected, "redirectUri"> {
  return {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
}

/** Where to send the browser. @param stepUp that somebody who is signed in already is asked again */
export async function authorizationUrl(
  provider: Provider,
  { state, nonce, verifier, redirectUri }: Expected,
  wish: { readonly acr: readonly string[]; readonly stepUp: boolean },
): Promise<LinkAnswer<URL>> {
  return await attempt(async () => {
    const { server } = await discover(provider);
    if (server.authorization_endpoint === undefined) throw new oauth.UnsupportedOperationError("no endpoint");
    const url = new URL(server.authorization_endpoint);
    const parameters = {
      ...{ client_id: provider.clientId, redirect_uri: redirectUri, response_type: "code", state, nonce },
      ...{ scope: provider.scopes.join(" "), code_challenge_method: "S256" },
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      ...(wish.acr.length === 0 ? {} : { acr_values: wish.acr.join(" ") }),
      ...(wish.stepUp ? { prompt: "login" } : {}),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
  });
}

/**
 * The claims that a code stands for: of the ID token, whose signature, issuer, audience, expiry and nonce hold, and of the user
 * info where the token leaves something out.
 */
export async function claimsForCode(
  provider: Provider,
  secret: string | undefined,
  callback: URL,
  { state, nonce, verifier, redirectUri }: Expected,
): Promise<LinkAnswer<object>> {
  return await attempt(async () => {
    const { server } = await discover(provider);
    const client = clientOf(provider);
    const options = optionsFor(provider);
    const parameters = oauth.validateAuthResponse(server, client, callback, state);
    const answer = await oauth.authorizationCodeGrantRequest(
      ...[server, client, clientAuth(server, secret), parameters, redirectUri, verifier, options],
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
      ...{ expectedNonce: nonce, requireIdToken: true },
    });
    // The library holds the claims, and leaves the signature to its caller.
    const { payload } = await verified(provider, tokens.id_token ?? "");
    const { sub: subject = "" } = payload;
    if (subject === "" || !missesClaims(payload, provider) || server.userinfo_endpoint === undefined) return payload;
    const userInfo = await oauth.userInfoRequest(server, client, tokens.access_token, options);
    return { ...(await oauth.processUserInfoResponse(server, client, subject, userInfo)), ...payload };
  });
}

/** Where somebody signs out at the provider too; undefined when it has no such place, or does not say. */
export async function endSessionUrl(provider: Provider): Promise<string | undefined> {
  const known = await attempt(async () => await discover(provider));
  const place = known.ok ? known.value.server.end_session_endpoint : undefined;
  if (place === undefined || !URL.canParse(place)) return undefined;
  const url = new URL(place);
  // A page follows it: it is an address of the provider's kind, and no script.
  if (url.protocol !== "https:" && url.protocol !== new URL(provider.issuer).protocol) return undefined;
  url.searchParams.set("client_id", provider.clientId);
  return url.href;
}

/** A token that the provider has signed, for this client. */
export async function signedClaims(
  provider: Provider,
  token: string,
): Promise<LinkAnswer<{ readonly claims: JWTPayload; readonly type: string | undefined }>> {
  return await attempt(async () => {
    const { payload, protectedHeader } = await verified(provider, token);
    return { claims: payload, type: protectedHeader.typ };
  });
}

async function verified(provider: Provider, token: string) {
  const { keys } = await discover(provider);
  return await jwtVerify(token, keys, {
    ...{ algorithms: ALGORITHMS, issuer: provider.issuer, audience: provider.clientId },
    clockTolerance: CLOCK_SKEW_SECONDS,
  });
}

async function discover(provider: Provider): Promise<Known> {
  const { issuer } = provider;
  const at = Date.now();
  const before = known.get(issuer);
  if (before !== undefined && before.until > at) return before;
  const server = await metadataOf(provider);
  if (server.jwks_uri === undefined) throw new oauth.UnsupportedOperationError("the provider has no keys");
  const keys = createRemoteJWKSet(new URL(server.jwks_uri), {
    ...{ timeoutDuration: DEADLINE_MS, cacheMaxAge: CACHE_MS, cooldownDuration: KEYS_COOLDOWN_MS },
  });
  const found = { server, keys, until: at + CACHE_MS };
  const oldest = known.keys().next().value;
  if (known.size >= MAX_CACHED && oldest !== undefined) known.delete(oldest);
  known.set(issuer, found);
  return found;
}

async function metadataOf(provider: Provider): Promise<oauth.AuthorizationServer> {
  try {
    const issuer = new URL(provider.issuer);
    return await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, optionsFor(provider)));
  } catch {
    // Nothing was shown to it yet, so that nothing about a person can be wrong.
    throw new oauth.UnsupportedOperationError("the provider says nothing of itself");
  }
}

function clientOf({ clientId }: Provider): oauth.Client {
  return { client_id: clientId, [oauth.clockTolerance]: CLOCK_SKEW_SECONDS };
}

function clientAuth(server: oauth.AuthorizationServer, secret: string | undefined): oauth.ClientAuth {
  if (secret === undefined) return oauth.None();
  const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  return methods.includes("client_secret_basic") ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
}

/** Over plain http only with an issuer on this machine, which is what settings are held to. */
function optionsFor({ issuer }: Provider) {
  return {
    [oauth.allowInsecureRequests]: new URL(issuer).protocol === "http:",
    signal: () => AbortSignal.timeout(DEADLINE_MS),
  };
}

async function attempt<Value>(ask: () => Promise<Value>): Promise<LinkAnswer<Value>> {
  try {
    return { ok: true, value: await ask() };
  } catch (error) {
    return { ok: false, refusal: refusalFor(error) };
  }
}

/** Nothing of the error itself goes on: it may hold tokens. */
function refusalFor(error: unknown): LinkRefusal {
  if (error instanceof oauth.AuthorizationResponseError) return "declined";
  if (error instanceof oauth.ResponseBodyError) {
    return error.error === "invalid_grant" ? "token-not-valid" : "provider-unavailable";
  }
  // The generic one: the keys could not be had.
  if (error instanceof errors.JOSEError && /TIMEOUT|GENERIC/.test(error.code)) return "provider-unavailable";
  if (error instanceof errors.JOSEError || error instanceof oauth.OperationProcessingError) {
    return "token-not-valid";
  }
  return "provider-unavailable";
}
