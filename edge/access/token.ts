import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type * as z from "zod";
import { ALGORITHM, type SigningKey } from "./signing-key.ts";

const ISSUER = "nearglass";
/** Far over any token of ours, whose lists are short. */
const MAX_TOKEN_CHARS = 4096;

/** One kind of signed statement: a token of one kind is never taken for another. */
export interface TokenKind<Claims> {
  readonly audience: "link" | "ticket" | "enrolment" | "signin";
  /** Of the claims, once the signature holds. */
  readonly schema: z.ZodType<Claims>;
}

export interface SignedToken {
  readonly token: string;
  /** Unix milliseconds, on a whole second. */
  readonly expiresAt: number;
}

export type TokenAnswer<Claims> =
  | { readonly verified: true; readonly claims: Claims; readonly id: string; readonly expiresAt: number }
  | { readonly verified: false; readonly refusal: TokenRefusal };

/** `expired` is said only of a token that was ours. */
export type TokenRefusal = "expired" | "not-valid";

export interface Signature {
  /** Unique for ever: the token's `jti`. */
  readonly id: string;
  /** Now, in Unix milliseconds. */
  readonly at: number;
  readonly lifeSeconds: number;
}

export async function signToken<Claims extends object>(
  kind: TokenKind<Claims>,
  claims: Claims,
  key: SigningKey,
  { id, at, lifeSeconds }: Signature,
): Promise<SignedToken> {
  const issuedAt = Math.floor(at / 1_000);
  // Safe: claims of every kind are plain JSON.
  const token = await new SignJWT({ ...claims } as JWTPayload)
    .setProtectedHeader({ alg: ALGORITHM, kid: key.id, typ: typeOf(kind) })
    .setIssuer(ISSUER)
    .setAudience(kind.audience)
    .setJti(id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifeSeconds)
    .sign(key.sign);
  return { token, expiresAt: (issuedAt + lifeSeconds) * 1_000 };
}

/** @param at now, in Unix milliseconds */
export async function verifyToken<Claims>(
  kind: TokenKind<Claims>,
  token: string,
  key: SigningKey,
  at: number,
): Promise<TokenAnswer<Claims>> {
  if (token.length > MAX_TOKEN_CHARS) return { verified: false, refusal: "not-valid" };
  try {
    const { payload, protectedHeader } = await jwtVerify(token, key.verify, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: kind.audience,
      typ: typeOf(kind),
      requiredClaims: ["iat", "exp", "jti"],
      currentDate: new Date(at),
    });
    const claims = kind.schema.safeParse(payload);
    const { exp, jti } = payload;
    if (protectedHeader.kid !== key.id || !claims.success || exp === undefined || typeof jti !== "string") {
      return { verified: false, refusal: "not-valid" };
    }
    return { verified: true, claims: claims.data, id: jti, expiresAt: exp * 1_000 };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return { verified: false, refusal: error instanceof errors.JWTExpired ? "expired" : "not-valid" };
  }
}

function typeOf(kind: Pick<TokenKind<unknown>, "audience">): string {
  return `nearglass-${kind.audience}+jwt`;
}
