/**
 * Signed statements: who may redeem a link, open a socket, announce devices. Free of effects but for WebCrypto:
 * the time and the ids come from the caller.
 */
export { isAdmin, isBootstrap } from "./admin.ts";
export { hashSecret, isSameHash, readApiKey, writeApiKey } from "./api-key.ts";
export * from "./claims.ts";
export { derivedSecret } from "./derived-secret.ts";
export { type VerifiedGrant, verifyGrant } from "./grant/verify.ts";
export {
  ENROLMENT_LIFE_SECONDS,
  enrolmentKind,
  GRANT_LIFE_SECONDS,
  grantKind,
  ROUND_LIFE_SECONDS,
  roundKind,
  TICKET_LIFE_SECONDS,
  ticketKind,
} from "./kinds.ts";
export {
  CAPABILITIES,
  type Capability,
  type CapabilityLimits,
  EFFECTS,
  type Effect,
  LIMITS_OF,
} from "./policy/capability.ts";
export { type Decision, decide, rightsOf } from "./policy/decide.ts";
export { explain } from "./policy/explain.ts";
export { DAYS, isTimeZone } from "./policy/hours.ts";
export { isNetwork, subscriberOf } from "./policy/network.ts";
export { BINDINGS, type SessionLimits, type Subject } from "./policy/policy.ts";
export { ROLES, type Standing } from "./policy/role.ts";
export { SCOPES, SCOPES_OF_ROLE } from "./policy/scope.ts";
export { type Terms, termsOf } from "./policy/terms.ts";
export { publicKey, type SigningKey, signingKey } from "./signing-key.ts";
export { signToken, verifyToken } from "./token.ts";
