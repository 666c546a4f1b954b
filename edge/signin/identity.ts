import * as z from "zod/mini";
import type { Identity, Judged, Provider } from "./contract.ts";
import { isFresh } from "./freshness.ts";
import { notTaken, taken } from "./judged.ts";

const MAX_NAME_CHARS = 256;
const MAX_GROUPS = 2_000;

const text = z.string().check(z.minLength(1), z.maxLength(MAX_NAME_CHARS));
const groupNames = z.union([
  z.array(z.string()).check(z.maxLength(MAX_GROUPS)),
  z.pipe(
    z.string(),
    z.transform((name: string) => [name]),
  ),
]);

const idToken = z.looseObject({
  iss: z.string(),
  sub: text,
  iat: z.number(),
  sid: z.optional(text),
  acr: z.optional(text),
});

/** What is left out, or is not of its kind, is not known. */
const profile = z.looseObject({
  name: z.catch(z.optional(text), undefined),
  email: z.catch(z.optional(text), undefined),
  email_verified: z.catch(z.optional(z.boolean()), undefined),
});

/**
 * Whom the claims of an ID token speak of. Its signature, issuer, audience, expiry and nonce hold already; this decides
 * what the tenant makes of it.
 * @param claims of the ID token, with those of the user info beneath
 * @param acr one of which is demanded now; empty demands nothing
 */
export function identityOf(claims: object, provider: Provider, acr: readonly string[], at: number): Judged<Identity> {
  const token = idToken.safeParse(claims);
  const about = profile.safeParse(claims);
  if (!token.success || !about.success || token.data.iss !== provider.issuer) return notTaken("token-not-valid");
  const { sub, iat, sid, acr: proved } = token.data;
  if (!isFresh(iat, at)) return notTaken("token-not-fresh");
  if (!suffices(acr, proved)) return notTaken("acr-too-low");
  const userName = text.safeParse(Reflect.get(claims, provider.userNameClaim));
  const groups = groupsIn(claims, provider);
  // An address that the provider has not verified may be somebody else's.
  const isForeign = provider.userNameClaim === "email" && about.data.email_verified === false;
  if (!userName.success || groups === undefined || isForeign) return notTaken("claims-missing");
  const { name, email } = about.data;
  return taken({
    ...{ issuer: provider.issuer, subject: sub, userName: userName.data, name: name ?? userName.data, groups },
    ...(email === undefined ? {} : { email }),
    ...(sid === undefined ? {} : { session: sid }),
    ...(proved === undefined ? {} : { acr: proved }),
  });
}

/** Whether this proof is among those that are demanded. */
export function suffices(demanded: readonly string[], proved: string | undefined): boolean {
  return demanded.length === 0 || (proved !== undefined && demanded.includes(proved));
}

/** Claims that the ID token leaves to the user info. */
export function missesClaims(claims: object, { userNameClaim, groupClaim }: Provider): boolean {
  return !(userNameClaim in claims) || (groupClaim !== undefined && !(groupClaim in claims));
}

/** None when the claim is left out. Undefined when there are more than the token holds: to go by a part of them would be wrong. */
function groupsIn(claims: object, { groupClaim }: Provider): readonly string[] | undefined {
  if (groupClaim === undefined) return [];
  const elsewhere: unknown = Reflect.get(claims, "_claim_names");
  if (typeof elsewhere === "object" && elsewhere !== null && groupClaim in elsewhere) return undefined;
  const value: unknown = Reflect.get(claims, groupClaim);
  if (value === undefined || value === null) return [];
  const names = groupNames.safeParse(value);
  return names.success ? names.data : undefined;
}
