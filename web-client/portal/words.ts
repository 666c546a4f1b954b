/** Why somebody comes back from the identity provider without being signed in, for them to read. */
const REFUSALS: Readonly<Record<string, string>> = {
  "signin-not-valid": "The sign-in took too long, or was begun elsewhere. Please sign in again.",
  "signin-declined": "The identity provider did not sign you in.",
  "signin-refused": "You may not sign in here. Ask your administrators.",
  "step-up-needed": "Your company asks for more proof of who you are. Sign in again with it.",
  "no-signin": "This company has no sign-in. Open the link that was sent to you.",
  "provider-unavailable": "The identity provider cannot be asked at the moment. Try again in a while.",
};

/** @param hash the address's, after its `#` */
export function refusalWords(hash: string): string | undefined {
  const refused = new URLSearchParams(hash).get("refused");
  return refused === null ? undefined : (REFUSALS[refused] ?? "You were not signed in.");
}
