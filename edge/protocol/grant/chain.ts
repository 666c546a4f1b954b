import { readBase64url, writeBase64url } from "./base64url.ts";
import { GRANT_KEY, type GrantBlock, grantBlock } from "./narrowing.ts";

/** UTF-16 code units of a grant, all of its blocks included. */
export const MAX_GRANT_CHARS = 8 * 1024;
/** How often a link can be handed on. */
export const MAX_GRANT_BLOCKS = 8;

const SIGNATURE = /^[\w-]{85}[AQgw]$/;
const SEAL = "seal.";

/** One block as it stands in the text. */
export interface WrittenBlock {
  /** base64url of its JSON. */
  readonly payload: string;
  readonly signature: string;
  /** What the signature is over. */
  readonly signed: string;
}

/** A grant as text is made of: the edge's own statement, what holders took away, and the proof of the last one. */
export interface GrantChain {
  readonly root: string;
  readonly blocks: readonly WrittenBlock[];
  /** All before the proof. */
  readonly body: string;
  readonly proof: GrantProof;
}

export type GrantProof =
  /** A grant that nobody can narrow. */
  | { readonly kind: "none" }
  /** The private key that the last block names: whoever has it can go on narrowing. */
  | { readonly kind: "key"; readonly seed: string }
  /** Signed with that key, which was dropped. */
  | { readonly kind: "seal"; readonly signature: string; readonly signed: string };

/** N-1: `root~payload.signature~...~proof`. Undefined for what has not this form. */
export function splitGrant(text: string): GrantChain | undefined {
  const [root = "", ...rest] = text.split("~");
  if (text.length > MAX_GRANT_CHARS || root === "" || rest.length > MAX_GRANT_BLOCKS + 1) return undefined;
  const blocks: WrittenBlock[] = [];
  let body = root;
  for (const part of rest.slice(0, -1)) {
    const [payload = "", signature = "", ...more] = part.split(".");
    if (payload === "" || !SIGNATURE.test(signature) || more.length > 0) return undefined;
    blocks.push({ payload, signature, signed: signedByBlock(body, payload) });
    body = `${body}~${part}`;
  }
  const proof = readProof(rest.at(-1), body);
  return proof === undefined ? undefined : { root, blocks, body, proof };
}

function readProof(last: string | undefined, body: string): GrantProof | undefined {
  if (last === undefined) return { kind: "none" };
  if (GRANT_KEY.test(last)) return { kind: "key", seed: last };
  const signature = last.slice(SEAL.length);
  if (!last.startsWith(SEAL) || !SIGNATURE.test(signature)) return undefined;
  return { kind: "seal", signature, signed: signedBySeal(body) };
}

/** What the signature of a block is over: all that stands before it, so that no block can be moved. */
export function signedByBlock(body: string, payload: string): string {
  return `nearglass-grant-block.1:${body}~${payload}`;
}

/** What a seal is over. */
export function signedBySeal(body: string): string {
  return `nearglass-grant-seal.1:${body}`;
}

export function withBlock(body: string, payload: string, signature: string, seed: string): string {
  return `${body}~${payload}.${signature}~${seed}`;
}

export function withSeal(body: string, signature: string): string {
  return `${body}~${SEAL}${signature}`;
}

export function writeGrantBlock(block: GrantBlock): string {
  return writeBase64url(new TextEncoder().encode(JSON.stringify(block)));
}

/** Undefined for what is no block. */
export function readGrantBlock(payload: string): GrantBlock | undefined {
  const bytes = readBase64url(payload);
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const block = grantBlock.safeParse(JSON.parse(text));
    return block.success ? block.data : undefined;
  } catch {
    return undefined;
  }
}
