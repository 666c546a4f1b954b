/**
 * Signing in by OpenID Connect: the way to a tenant's identity provider (`provider-link.ts`, the only file here with effects),
 * and what is decided of its tokens, of cookies and of requests that bring one.
 */
export * from "./contract.ts";
export { readSignin, writeSignin } from "./cookie-text.ts";
export { groupMoves } from "./groups.ts";
export { identityOf, suffices } from "./identity.ts";
export { logoutOf } from "./logout.ts";
export { isOwnRequest, OWN_HEADER } from "./own-request.ts";
export {
  authorizationUrl,
  claimsForCode,
  type Expected,
  endSessionUrl,
  freshExpectation,
  type LinkRefusal,
  signedClaims,
} from "./provider-link.ts";
export { returnPath } from "./return-path.ts";
export { judgeShown, oldUntil, type Shown, SIGNIN_LIFE_MS } from "./rotation.ts";
export { SECRET_NAME, secretNameFor } from "./secret-name.ts";
