import * as z from "zod/mini";
import type { Judged, Logout, Provider } from "./contract.ts";
import { CLOCK_SKEW_SECONDS, isFresh, MAX_TOKEN_AGE_SECONDS } from "./freshness.ts";
import { notTaken, taken } from "./judged.ts";

const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const MAX_NAME_CHARS = 256;

const text = z.string().check(z.minLength(1), z.maxLength(MAX_NAME_CHARS));
const logoutToken = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number(),
  jti: text,
  events: z.looseObject({ [EVENT]: z.looseObject({}) }),
  sub: z.optional(text),
  sid: z.optional(text),
});

/**
 * Whom a logout token signs out (OpenID Connect Back-Channel Logout 1.0, section 2.6). Its signature and expiry hold
 * already; whether it came before is for whoever remembers.
 * @param type the `typ` of its header
 */
export function logoutOf(claims: object, type: string | undefined, provider: Provider, at: number): Judged<Logout> {
  const token = logoutToken.safeParse(claims);
  // With a nonce it would be an ID token, which anybody who signs in has.
  if (!token.success || "nonce" in claims || !isLogoutType(type)) return notTaken("token-not-valid");
  const { iss, aud, iat, jti, sub, sid } = token.data;
  const isForUs = iss === provider.issuer && [aud].flat().includes(provider.clientId);
  if (!isForUs || (sub === undefined && sid === undefined)) return notTaken("token-not-valid");
  if (!isFresh(iat, at)) return notTaken("token-not-fresh");
  return taken({
    ...{ id: jti, issuer: iss, until: (iat + MAX_TOKEN_AGE_SECONDS + 2 * CLOCK_SKEW_SECONDS) * 1_000 },
    ...(sub === undefined ? {} : { subject: sub }),
    ...(sid === undefined ? {} : { session: sid }),
  });
}

/** Providers of before the type was recommended send none, or `JWT`. */
function isLogoutType(type: string | undefined): boolean {
  return type === undefined || /^(application\/)?(logout\+)?jwt$/i.test(type);
}
