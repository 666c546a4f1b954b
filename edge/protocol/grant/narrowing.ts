import * as z from "zod/mini";
import { type Right, right } from "../capability.ts";

/** Unix seconds, as in the claims of a JWT. */
const seconds = z.int().check(z.minimum(0));
const country = z.string().check(z.regex(/^[A-Z]{2}$/));
const webOrigin = z.string().check(z.regex(/^https?:\/\/[a-z\d.-]+(:\d{1,5})?$/), z.maxLength(256));

/** What a holder may take away of a link before handing it on (docs/protocol.md, N-2). What is not named stays as it was. */
const FIELDS = {
  rights: z.optional(z.array(right).check(z.minLength(1), z.maxLength(16))),
  expiresAt: z.optional(seconds),
  notBefore: z.optional(seconds),
  /** How often the link may be redeemed from here on. */
  uses: z.optional(z.int().check(z.minimum(1), z.maximum(1_000_000))),
  /** ISO 3166-1, two letters. */
  countries: z.optional(z.array(country).check(z.minLength(1), z.maxLength(250))),
  /** Of the pages that may embed it; whoever opens it by itself is refused. */
  embeddingOrigins: z.optional(z.array(webOrigin).check(z.minLength(1), z.maxLength(20))),
  /** The one person who may redeem it, signed in: an id or a user name. */
  audience: z.optional(z.string().check(z.minLength(1), z.maxLength(256))),
  /** The live session that it leads into. */
  session: z.optional(z.string().check(z.regex(/^[a-z\d-]{1,64}$/))),
  /** Who it is handed to: a label for the seat and the books, which nobody proves. */
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
};
export const narrowing = z.strictObject(FIELDS);
export type Narrowing = z.infer<typeof narrowing>;

export const GRANT_KEY = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/** A block of a link's chain: what it takes away, and the public key that the next block is signed with. */
export const grantBlock = z.strictObject({ ...FIELDS, next: z.string().check(z.regex(GRANT_KEY)) });
export type GrantBlock = z.infer<typeof grantBlock>;

/** What holds of a link after all of its blocks. */
export interface GrantTerms {
  readonly rights: readonly Right[];
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly notBefore?: number | undefined;
  readonly uses?: number | undefined;
  readonly countries?: readonly string[] | undefined;
  readonly embeddingOrigins?: readonly string[] | undefined;
  readonly audience?: string | undefined;
  readonly session?: string | undefined;
}

/** N-2: the terms with a narrowing on top; undefined for one that would widen anything. */
export function narrowTerms(terms: GrantTerms, by: Narrowing): GrantTerms | undefined {
  const narrows =
    isWithin(by.rights, terms.rights) &&
    isWithin(by.countries, terms.countries) &&
    isWithin(by.embeddingOrigins, terms.embeddingOrigins) &&
    (by.expiresAt ?? terms.expiresAt) <= terms.expiresAt &&
    (by.notBefore ?? Number.POSITIVE_INFINITY) >= (terms.notBefore ?? 0) &&
    (by.uses ?? 0) <= (terms.uses ?? Number.POSITIVE_INFINITY) &&
    isSame(by.audience, terms.audience) &&
    isSame(by.session, terms.session);
  if (!narrows) return undefined;
  return {
    rights: by.rights ?? terms.rights,
    expiresAt: by.expiresAt ?? terms.expiresAt,
    notBefore: by.notBefore ?? terms.notBefore,
    uses: by.uses ?? terms.uses,
    countries: by.countries ?? terms.countries,
    embeddingOrigins: by.embeddingOrigins ?? terms.embeddingOrigins,
    audience: by.audience ?? terms.audience,
    session: by.session ?? terms.session,
  };
}

function isWithin<Item>(some: readonly Item[] | undefined, all: readonly Item[] | undefined): boolean {
  return some === undefined || all === undefined || some.every((one) => all.includes(one));
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}
