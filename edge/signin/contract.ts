/** How the people of a tenant sign in: the identity provider, and what is made of its claims. */
export interface Provider {
  /** The issuer's address, letter for letter as the provider says it. */
  readonly issuer: string;
  readonly clientId: string;
  /** Which secret of the deployment, by its own name. Without one the client is a public one, held by PKCE alone. */
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  /** The claim with the user name, by which somebody is found at the first sign-in. */
  readonly userNameClaim: string;
  /** The claim with the names of groups. */
  readonly groupClaim?: string;
  /** Which group of the tenant each name stands for. These groups follow the claim, all others are left alone. */
  readonly groups: readonly { readonly claim: string; readonly group: string }[];
  /** How somebody must have proved who they are, one of these; empty: as the provider likes. */
  readonly acr: readonly string[];
  /** The same for opening a device: whoever signed in by less is asked to prove more. */
  readonly acrToOpen: readonly string[];
  /** Whoever is not known yet becomes a member at the first sign-in. */
  readonly provision: boolean;
}

/** Somebody as the provider vouches for them, verified. */
export interface Identity {
  readonly issuer: string;
  /** The provider's own name of the person, for ever. */
  readonly subject: string;
  readonly userName: string;
  readonly name: string;
  readonly email?: string;
  /** The provider's session, which it may end. */
  readonly session?: string;
  readonly acr?: string;
  /** Names of groups, as the claim has them. */
  readonly groups: readonly string[];
}

/** The provider says that somebody is signed out: from one of its sessions, or from all. */
export interface Logout {
  /** Of the token, which counts once. */
  readonly id: string;
  readonly issuer: string;
  readonly subject?: string;
  readonly session?: string;
  /** When the token is too old to be taken again, Unix milliseconds. */
  readonly until: number;
}

/** Why what came from the provider is not taken. */
export type TokenRefusal = "token-not-valid" | "token-not-fresh" | "acr-too-low" | "claims-missing";

export type Judged<Value> =
  | { readonly taken: true; readonly value: Value }
  | { readonly taken: false; readonly refusal: TokenRefusal };
