import { z } from "@hono/zod-openapi";
import { signingKey, signToken, TICKET_LIFE_SECONDS, type TicketClaims, ticketKind } from "../access/index.ts";
import type { Env } from "../env.ts";
import { instant } from "./schemas.ts";

export const ticket = z.string().openapi({
  example: "eyJhbGciOiJFZERTQSJ9.eyJyb2xlIjoidmlld2VyIn0.c2ln",
  description: "Opens one socket, within 30 s.",
});

export const ticketAnswer = z.object({ ticket, expiresAt: instant }).openapi("Ticket");

/** A ticket for the socket that these claims describe, to be used now. */
export async function issueTicket(env: Env, claims: TicketClaims): Promise<z.input<typeof ticketAnswer>> {
  const key = await signingKey(env.SIGNING_KEY);
  const signature = { id: crypto.randomUUID(), at: Date.now(), lifeSeconds: TICKET_LIFE_SECONDS };
  const { token, expiresAt } = await signToken(ticketKind, claims, key, signature);
  return { ticket: token, expiresAt: new Date(expiresAt).toISOString() };
}
