import type { Scope } from "../access/claims.ts";

/** Who asks for something, as verified at the door. */
export interface Caller {
  /** `admin-token`, `key:<id>`, or `bootstrap`: for the books. */
  readonly actor: string;
  /** The person whose key it is. */
  readonly person?: string;
  readonly scopes: readonly Scope[];
  readonly place?: Place;
}

/** Where a request came from, as far as the platform says. */
export interface Place {
  readonly address?: string;
  readonly country?: string;
}

/** Why something was not done. Returned, never thrown. */
export type Refusal = "not-found" | "name-taken" | "last-owner" | "limit-reached" | "forbidden" | "spent";

export type Answer<Value> =
  | { readonly done: true; readonly value: Value }
  | { readonly done: false; readonly refusal: Refusal };
