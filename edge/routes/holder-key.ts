/** A key pair of Ed25519, both halves as base64url of 32 bytes. */
export interface HolderKey {
  /** Goes into what is signed. */
  readonly key: string;
  /** Goes to the holder, and is kept nowhere. */
  readonly seed: string;
}

/** For the first holder of a link, who can then narrow it without asking. */
export async function newHolderKey(): Promise<HolderKey> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("the platform made no key pair");
  const exported = await crypto.subtle.exportKey("jwk", pair.privateKey);
  if (!("x" in exported) || exported.x === undefined || exported.d === undefined) {
    throw new Error("the platform exported no key pair");
  }
  return { key: exported.x, seed: exported.d };
}
