import { z } from "@hono/zod-openapi";
import type { TicketClaims } from "../access/index.ts";
import type { Env } from "../env.ts";
import { instant, sessionId } from "./schemas.ts";
import { issueTicket, ticket } from "./ticket.ts";

/** Why there may be no seat, whoever asks. */
export const SEAT_PROBLEMS = [
  "no-such-device",
  "no-such-app",
  "device-offline",
  "no-free-device",
  "session-full",
] as const;

export const seat = z
  .object({
    session: sessionId,
    seat: z.string().openapi({ example: "9b2d1c1e-6a54-4a06-9f0c-2f4f3b1f7c55" }),
    ticket,
    expiresAt: instant,
    viewerUrl: z.string().openapi({
      example: "/api/v1/sessions/weur-3f0e6c1a-4b1d-4c9e-8f43-0a9d0c7b2f11/viewer",
      description: "Path of the viewer's socket, on the same host.",
    }),
  })
  .openapi("Seat", { description: "A seat in a session, and what opens its socket." });

export async function seatBody(
  env: Env,
  claims: Extract<TicketClaims, { role: "viewer" }>,
): Promise<z.input<typeof seat>> {
  const { session, seat: id } = claims;
  return { session, seat: id, ...(await issueTicket(env, claims)), viewerUrl: `/api/v1/sessions/${session}/viewer` };
}
