import { parseSecret } from "./signing-key.ts";

const BITS = 256;

/**
 * A secret for one purpose, made of the signing key and a salt: what is stored is the salt, which alone is worth nothing.
 * Another signing key makes another secret.
 * @throws when `signingSecret` is no Ed25519 private key as JWK
 */
export async function derivedSecret(signingSecret: string, purpose: string, salt: string): Promise<ArrayBuffer> {
  const encoder = new TextEncoder();
  const { d } = parseSecret(signingSecret);
  const key = await crypto.subtle.importKey("raw", encoder.encode(d), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: encoder.encode(salt), info: encoder.encode(purpose) };
  return await crypto.subtle.deriveBits(how, key, BITS);
}
