import type { Role } from "../../access/claims.ts";
import type { Identity, Logout, Provider } from "../../signin/contract.ts";
import type { Answer, Caller, Place } from "../asked.ts";

/** Somebody who comes back from the identity provider. */
export interface Arrival {
  readonly identity: Identity;
  /** The round through the provider, which counts once, and until when it could. */
  readonly round: string;
  readonly until: number;
  /** The sign-in that the browser shows; it ends with this one. */
  readonly replaces?: { readonly id: string; readonly secretHash: ArrayBuffer };
  readonly place: Place;
  /** By whom it is counted when it fails. */
  readonly subscriber: string;
}

/** `replayed`: the round was made before. `too-often`: too many were. The others are one to whoever asks, and told apart in the audit log. */
export type SigninRefusal = "replayed" | "too-often" | "no-such-person" | "disabled" | "taken-by-another";

/** A browser's sign-in, as its cookie opens it. */
export interface SignedIn {
  readonly id: string;
  readonly person: { readonly id: string; readonly userName: string; readonly name: string; readonly role: Role };
  readonly acr?: string;
  /** More must be proved before a device is opened. */
  readonly needsStepUp: boolean;
  /** Unix milliseconds. */
  readonly expiresAt: number;
  /** The secret that the browser's cookie is to hold from now on. */
  readonly next?: string;
}

export type NewSignin =
  | { readonly signedIn: true; readonly id: string; readonly secret: string; readonly person: string }
  | { readonly signedIn: false; readonly refusal: SigninRefusal };

/** What a Tenant object knows of signing in. */
export interface SigninRpc {
  provider(): Promise<Provider | undefined>;
  /** The same for somebody who wants to sign in, unless too many of the same subscriber could not of late. */
  providerFor(subscriber: string): Promise<Provider | { readonly shutOutSeconds: number } | undefined>;
  /** Replaces all of it; undefined takes it away, and everybody who is signed in by it is signed out. */
  setProvider(caller: Caller, provider: Provider | undefined): Promise<Answer<null>>;
  signIn(arrival: Arrival): Promise<NewSignin>;
  /** Nobody was signed in, for the books. */
  signInRefused(reason: string, place: Place, subscriber: string): Promise<void>;
  /** Whose cookie this is. Undefined for one that is unknown or over, or whose person was disabled. */
  whoIsSignedIn(id: string, secretHash: ArrayBuffer, place: Place): Promise<SignedIn | undefined>;
  /** Signs one browser out, and closes what it had opened. */
  signOut(id: string, place: Place): Promise<void>;
  /** The same for all that the provider says. @returns false when it said so before */
  loggedOut(logout: Logout, place: Place): Promise<boolean>;
}
