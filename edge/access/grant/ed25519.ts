import { readBase64url } from "#protocol";

/** What stands before the 32 bytes of a private key in PKCS #8 (RFC 8410 section 7). */
const PKCS8_HEAD = [0x30, 0x2e, 0x02, 0x01, 0, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/** Whether this public key has signed the text. False also for what is no key. */
export async function isSignedBy(key: string, signature: string, text: string): Promise<boolean> {
  const [raw, signed] = [readBase64url(key), readBase64url(signature)];
  if (raw === undefined || signed === undefined) return false;
  try {
    const verify = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", verify, signed, new TextEncoder().encode(text));
  } catch {
    // Not every 32 bytes are a point of the curve.
    return false;
  }
}

/** The public key of a private one, both base64url; undefined for what is no key. */
export async function publicOf(seed: string): Promise<string | undefined> {
  const bytes = readBase64url(seed);
  if (bytes?.byteLength !== 32) return undefined;
  const key = await crypto.subtle.importKey("pkcs8", Uint8Array.of(...PKCS8_HEAD, ...bytes), "Ed25519", true, ["sign"]);
  const exported = await crypto.subtle.exportKey("jwk", key);
  return "x" in exported ? exported.x : undefined;
}
