import * as z from "zod/mini";
import {
  type GrantTerms,
  type Narrowing,
  narrowing,
  narrowTerms,
  readBase64url,
  readGrantBlock,
  signedByBlock,
  signedBySeal,
  splitGrant,
  withBlock,
  withSeal,
  writeBase64url,
  writeGrantBlock,
} from "#protocol";

export type { Narrowing } from "#protocol";

/** A link whose chain was read, before anything is added. */
interface ReadLink {
  /** What stands before the grant: all of a URL up to its `#`, or nothing. */
  readonly head: string;
  readonly body: string;
  readonly terms: GrantTerms;
  readonly seed: string;
}

/** What stands before the 32 bytes of a private key in PKCS #8 (RFC 8410 section 7). */
const PKCS8_HEAD = [0x30, 0x2e, 0x02, 0x01, 0, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/** Of the edge's own statement, what its holder has to know. Whether it holds, only the edge can tell. */
const root = z.object({
  tenant: z.optional(z.string()),
  shared: z._default(z.boolean(), false),
  rights: z._default(narrowing.shape.rights, []),
  exp: z.int(),
  notBefore: narrowing.shape.notBefore,
  uses: narrowing.shape.uses,
  countries: narrowing.shape.countries,
  embeddingOrigins: narrowing.shape.embeddingOrigins,
  audience: narrowing.shape.audience,
  session: narrowing.shape.session,
});

/**
 * A lesser link out of one that you hold, made without asking anybody. Hand on the new one: your own stays as it was.
 * @param link a URL with the grant after its `#`, or the grant alone; the answer has the same form
 * @throws TypeError for what is no link, cannot be narrowed, or would be widened; NotSupportedError (a DOMException)
 * where the browser has no Ed25519
 */
export async function narrow(link: string, by: Narrowing): Promise<string> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new TypeError("no key pair was made");
  const exported = await crypto.subtle.exportKey("jwk", pair.privateKey);
  if (!("x" in exported) || exported.x === undefined || exported.d === undefined) {
    throw new TypeError("the key pair was not exported");
  }
  return await narrowWith({ key: exported.x, seed: exported.d }, link, by);
}

/**
 * What can be said of a link that is about to be handed on; undefined for one that cannot be narrowed. Of a link that is
 * `shared` all who open it meet in one session.
 */
export function handedOn(link: string): { readonly shared: boolean } | undefined {
  const chain = splitGrant(link.slice(link.indexOf("#") + 1));
  const claims = chain?.proof.kind === "key" ? rootClaims(chain.root) : undefined;
  return claims && { shared: claims.shared };
}

/** Whose device a link opens, as it says; undefined for what is no link. */
export function tenantOf(link: string): string | undefined {
  const chain = splitGrant(link.slice(link.indexOf("#") + 1));
  return chain && rootClaims(chain.root)?.tenant;
}

/** The same with a key pair that is given: what has been made is then the same each time. */
export async function narrowWith(
  next: { readonly key: string; readonly seed: string },
  link: string,
  by: Narrowing,
): Promise<string> {
  const wish = narrowing.safeParse(by);
  if (!wish.success) throw new TypeError(`no narrowing: ${wish.error.issues[0]?.path.join(".")}`);
  const { head, body, terms, seed } = readLink(link);
  if (narrowTerms(terms, wish.data) === undefined) throw new TypeError("a link can only be narrowed");
  const payload = writeGrantBlock({ ...wish.data, next: next.key });
  const longer = withBlock(body, payload, await sign(seed, signedByBlock(body, payload)), next.seed);
  if (splitGrant(longer) === undefined) throw new TypeError("the link was handed on too often");
  return `${head}${longer}`;
}

/** The same link, for somebody who may use it and not make others of it. @throws as `narrow` */
export async function seal(link: string): Promise<string> {
  const { head, body, seed } = readLink(link);
  return `${head}${withSeal(body, await sign(seed, signedBySeal(body)))}`;
}

function readLink(link: string): ReadLink {
  const at = link.indexOf("#") + 1;
  const chain = splitGrant(link.slice(at));
  if (chain === undefined) throw new TypeError("this is no link");
  if (chain.proof.kind !== "key") throw new TypeError("this link cannot be narrowed");
  return { head: link.slice(0, at), body: chain.body, terms: termsOf(chain), seed: chain.proof.seed };
}

function termsOf({ root: token, blocks }: NonNullable<ReturnType<typeof splitGrant>>): GrantTerms {
  const claims = rootClaims(token);
  let terms: GrantTerms | undefined;
  if (claims !== undefined) {
    const { exp, shared: _, tenant: __, rights = [], ...more } = claims;
    terms = { ...more, rights, expiresAt: exp };
  }
  for (const { payload } of blocks) {
    const block = readGrantBlock(payload);
    terms = block && terms && narrowTerms(terms, block);
  }
  if (terms === undefined) throw new TypeError("this is no link");
  return terms;
}

function rootClaims(token: string): z.infer<typeof root> | undefined {
  try {
    const bytes = readBase64url(token.split(".")[1] ?? "") ?? new Uint8Array();
    return root.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

async function sign(seed: string, text: string): Promise<string> {
  const pkcs8 = Uint8Array.of(...PKCS8_HEAD, ...(readBase64url(seed) ?? []));
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  return writeBase64url(new Uint8Array(await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(text))));
}
