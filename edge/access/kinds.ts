import * as z from "zod";
import { RIGHTS } from "#protocol";
import type { EnrolmentClaims, GrantClaims, RoundClaims, TicketClaims } from "./claims.ts";
import type { TokenKind } from "./token.ts";

/** A grant lives for a working day unless its maker says otherwise. */
export const GRANT_LIFE_SECONDS = 8 * 60 * 60;
/** A ticket is for the socket that is opened now. */
export const TICKET_LIFE_SECONDS = 30;
/** So long somebody may take at the identity provider. */
export const ROUND_LIFE_SECONDS = 10 * 60;
/** A host is enrolled anew once a year. */
export const ENROLMENT_LIFE_SECONDS = 365 * 24 * 60 * 60;

const rights = z.array(z.enum(RIGHTS)).readonly();

export const grantKind: TokenKind<GrantClaims> = {
  audience: "link",
  schema: z.object({
    link: z.string(),
    tenant: z.string(),
    region: z.string(),
    device: z.string().exactOptional(),
    rights,
    uses: z.int().min(1).exactOptional(),
    shared: z.boolean(),
    name: z.string().exactOptional(),
    notBefore: z.int().exactOptional(),
    countries: z.array(z.string()).readonly().exactOptional(),
    embeddingOrigins: z.array(z.string()).readonly().exactOptional(),
    audience: z.string().exactOptional(),
    session: z.string().exactOptional(),
    app: z.string().exactOptional(),
    next: z.string().exactOptional(),
  }),
};

export const ticketKind: TokenKind<TicketClaims> = {
  audience: "ticket",
  schema: z.discriminatedUnion("role", [
    z.object({
      role: z.literal("viewer"),
      session: z.string(),
      seat: z.string(),
      rights,
      name: z.string().exactOptional(),
      mirror: z.string().exactOptional(),
    }),
    z.object({ role: z.literal("origin"), session: z.string() }),
  ]),
};

export const roundKind: TokenKind<RoundClaims> = {
  audience: "signin",
  schema: z.object({
    ...{ tenant: z.string(), state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() },
    acr: z.array(z.string()).readonly(),
  }),
};

export const enrolmentKind: TokenKind<EnrolmentClaims> = {
  audience: "enrolment",
  schema: z.object({
    host: z.string(),
    tenant: z.string(),
    region: z.string(),
    madeAt: z.int().exactOptional(),
  }),
};
