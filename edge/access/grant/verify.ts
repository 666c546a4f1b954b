import { type GrantChain, type GrantTerms, narrowTerms, readGrantBlock, splitGrant } from "#protocol";
import type { GrantClaims } from "../claims.ts";
import { grantKind } from "../kinds.ts";
import type { SigningKey } from "../signing-key.ts";
import { verifyToken } from "../token.ts";
import { isSignedBy, publicOf } from "./ed25519.ts";

/** A link's grant that holds, with all that its holders took away of it. */
export interface VerifiedGrant {
  readonly claims: GrantClaims;
  readonly terms: GrantTerms;
  /** Of the edge's own statement, Unix milliseconds: until then something must be known of the link. */
  readonly expiresAt: number;
  /** The blocks that bound uses, each by the key that it names, which is its alone. */
  readonly bounds: readonly { readonly block: string; readonly limit: number }[];
  /** The names on the way, from the first holder's to the last one's. */
  readonly holders: readonly string[];
}

export type GrantAnswer =
  | { readonly verified: true; readonly grant: VerifiedGrant }
  | { readonly verified: false; readonly refusal: "expired" | "not-yet" | "not-valid" };

const NOT_VALID = { verified: false, refusal: "not-valid" } as const;

/** N-1 to N-3: hold a grant against the edge's key, and each block against what is before it. @param at Unix milliseconds */
export async function verifyGrant(text: string, key: SigningKey, at: number): Promise<GrantAnswer> {
  const chain = splitGrant(text);
  if (chain === undefined) return NOT_VALID;
  const root = await verifyToken(grantKind, chain.root, key, at);
  if (!root.verified) return root;
  const grant = await follow(chain, root.claims, root.expiresAt);
  if (grant === undefined) return NOT_VALID;
  if (at >= grant.terms.expiresAt * 1_000) return { verified: false, refusal: "expired" };
  if (at < (grant.terms.notBefore ?? 0) * 1_000) return { verified: false, refusal: "not-yet" };
  return { verified: true, grant };
}

async function follow(chain: GrantChain, claims: GrantClaims, expiresAt: number): Promise<VerifiedGrant | undefined> {
  const { rights, notBefore, uses, countries, embeddingOrigins, audience, session, name, next } = claims;
  let terms: GrantTerms = {
    ...{ rights, notBefore, uses, countries, embeddingOrigins, audience, session },
    expiresAt: expiresAt / 1_000,
  };
  const keys = [...(next === undefined ? [] : [next])];
  const bounds: { readonly block: string; readonly limit: number }[] = [];
  const holders = [...(name === undefined ? [] : [name])];
  for (const { payload, signature, signed } of chain.blocks) {
    const signer = keys.at(-1);
    const block = readGrantBlock(payload);
    if (signer === undefined || block === undefined || !(await isSignedBy(signer, signature, signed))) return undefined;
    const narrowed = narrowTerms(terms, block);
    // A key that comes twice would count two blocks as one.
    if (narrowed === undefined || keys.includes(block.next)) return undefined;
    terms = narrowed;
    keys.push(block.next);
    if (block.uses !== undefined) bounds.push({ block: block.next, limit: block.uses });
    if (block.name !== undefined) holders.push(block.name);
  }
  return (await isProved(chain, keys.at(-1))) ? { claims, terms, expiresAt, bounds, holders } : undefined;
}

/** N-3: whoever shows a chain was handed its last block, and cannot have cut off any. */
async function isProved({ proof }: GrantChain, last: string | undefined): Promise<boolean> {
  if (last === undefined || proof.kind === "none") return last === undefined && proof.kind === "none";
  if (proof.kind === "key") return (await publicOf(proof.seed)) === last;
  return await isSignedBy(last, proof.signature, proof.signed);
}
