import { createRoute, z } from "@hono/zod-openapi";
import { SUBPROTOCOL } from "#protocol";
import { signingKey, type TicketClaims, ticketKind, type VerifiedTicket, verifyToken } from "../access/index.ts";
import type { Env } from "../env.ts";
import { forwardUpgrade, refuseUpgrade, type UpgradeOffer, upgradeOffer, upgradeRequired } from "../http/index.ts";
import { mirrorStub } from "../mirror-link/index.ts";
import { sessionStub } from "../session/index.ts";
import { type Api, createApi } from "./api.ts";
import { sessionId } from "./schemas.ts";
import { SOCKET_DESCRIPTION, SOCKET_RESPONSES } from "./socket.ts";

const viewer = createRoute({
  method: "get",
  path: "/api/v1/sessions/{id}/viewer",
  tags: ["sockets"],
  summary: "A viewer's socket",
  description: SOCKET_DESCRIPTION,
  security: [{ ticket: [] }],
  request: { params: z.object({ id: sessionId }) },
  responses: SOCKET_RESPONSES,
});

const origin = createRoute({
  ...viewer,
  path: "/api/v1/sessions/{id}/origin",
  summary: "The socket of the agent that serves the session",
});

/** A ticket opens the socket it was made for: this session's, in this role. That it is used once, the object that it names sees to. */
async function openSocket(
  env: Env,
  role: TicketClaims["role"],
  session: string,
  offer: UpgradeOffer,
): Promise<Response> {
  if (!offer.subprotocols.includes(SUBPROTOCOL)) return refuseUpgrade("versionUnsupported", offer);
  const key = await signingKey(env.SIGNING_KEY);
  const ticket = await verifyToken(ticketKind, offer.token ?? "", key, Date.now());
  if (!ticket.verified || ticket.claims.role !== role || ticket.claims.session !== session) {
    return refuseUpgrade("ticketRefused", offer);
  }
  const claims: VerifiedTicket = { ...ticket.claims, id: ticket.id, expiresAt: ticket.expiresAt };
  const mirror = claims.role === "viewer" ? claims.mirror : undefined;
  const object = mirror === undefined ? sessionStub(env.SESSION, session) : mirrorStub(env.MIRROR, session, mirror);
  return await forwardUpgrade(object, claims);
}

export function sessionSocketRoutes(): Api {
  const api = createApi();
  api.openapi(viewer, async (c) => {
    const offer = upgradeOffer(c.req.raw.headers);
    return offer === undefined ? upgradeRequired() : await openSocket(c.env, "viewer", c.req.valid("param").id, offer);
  });
  api.openapi(origin, async (c) => {
    const offer = upgradeOffer(c.req.raw.headers);
    return offer === undefined ? upgradeRequired() : await openSocket(c.env, "origin", c.req.valid("param").id, offer);
  });
  return api;
}
