import { type CryptoKey, calculateJwkThumbprint, importJWK } from "jose";
import * as z from "zod";

export const ALGORITHM = "EdDSA";

/** The edge's own key pair, ready for use. */
export interface SigningKey {
  /** Stands in the header of what it signs: its RFC 7638 thumbprint. */
  readonly id: string;
  readonly sign: CryptoKey;
  readonly verify: CryptoKey;
  /** The public part, as JWK has it. */
  readonly x: string;
}

const secret = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), d: z.string(), x: z.string() });

/** One isolate serves many requests with the same secret: imported once, kept beside the text it came from. */
let cached: { readonly secret: string; readonly key: Promise<SigningKey> } | undefined;

/** @throws when the secret is no Ed25519 private key as JWK; the message does not repeat it */
export async function signingKey(text: string): Promise<SigningKey> {
  if (cached?.secret !== text) cached = { secret: text, key: importKey(text) };
  return await cached.key;
}

/** What others need to check what this key has signed. */
export function publicKey({ id, x }: SigningKey) {
  return { kty: "OKP", crv: "Ed25519", x, kid: id } as const;
}

async function importKey(text: string): Promise<SigningKey> {
  const { d, ...pub } = parseSecret(text);
  const [id, sign, verify] = await Promise.all([
    calculateJwkThumbprint(pub),
    importJWK({ ...pub, d }, ALGORITHM),
    importJWK(pub, ALGORITHM),
  ]);
  if (sign instanceof Uint8Array || verify instanceof Uint8Array) throw new Error("SIGNING_KEY is not an Ed25519 key");
  return { id, sign, verify, x: pub.x };
}

/** @throws as `signingKey` does */
export function parseSecret(text: string): z.output<typeof secret> {
  try {
    return secret.parse(JSON.parse(text));
  } catch {
    // The cause would repeat parts of the secret.
    throw new Error("SIGNING_KEY is not an Ed25519 private key as JWK in JSON");
  }
}
