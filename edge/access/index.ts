/**
 * Signed statements: who may redeem a link, open a socket, announce devices. Free of effects but for WebCrypto:
 * the time and the ids come from the caller.
 */
export { isAdmin } from "./admin.ts";
export * from "./claims.ts";
export {
  ENROLMENT_LIFE_SECONDS,
  enrolmentKind,
  GRANT_LIFE_SECONDS,
  grantKind,
  TICKET_LIFE_SECONDS,
  ticketKind,
} from "./kinds.ts";
export { type SigningKey, signingKey } from "./signing-key.ts";
export { signToken, verifyToken } from "./token.ts";
