import { createRoute, z } from "@hono/zod-openapi";
import { SUBPROTOCOL } from "#protocol";
import {
  type ShownResume,
  signingKey,
  type TicketClaims,
  ticketKind,
  type VerifiedTicket,
  verifyToken,
} from "../access/index.ts";
import type { Env } from "../env.ts";
import { forwardUpgrade, refuseUpgrade, type UpgradeOffer, upgradeOffer, upgradeRequired } from "../http/index.ts";
import { mirrorStub } from "../mirror-link/index.ts";
import { RESUME_TOKEN, SESSION_ID, sessionStub, type Whereabouts } from "../session/index.ts";
import { type Api, createApi } from "./api.ts";
import { sessionId } from "./schemas.ts";
import { SOCKET_DESCRIPTION, SOCKET_RESPONSES } from "./socket.ts";
import { regionOf, whereaboutsOf } from "./whereabouts.ts";

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

/**
 * A ticket opens the socket it was made for: this session's, in this role. That it is used once, the object that it
 * names sees to; whose a resume token is, only the session knows, which made it: what does not even look like one does not get there.
 */
async function openSocket(
  env: Env,
  role: TicketClaims["role"],
  session: string,
  offer: UpgradeOffer,
  place: Whereabouts,
): Promise<Response> {
  if (!offer.subprotocols.includes(SUBPROTOCOL)) return refuseUpgrade("versionUnsupported", offer);
  if (offer.resume !== undefined) {
    if (!RESUME_TOKEN.test(offer.resume) || !SESSION_ID.test(session)) return refuseUpgrade("ticketRefused", offer);
    const seen = offer.seen === undefined ? {} : { seen: offer.seen };
    const shown: ShownResume = { role, resume: offer.resume, ...seen, ...regionOf(place) };
    return await forwardUpgrade(sessionStub(env.SESSION, session), shown);
  }
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
  const answer = async (role: TicketClaims["role"], env: Env, id: string, request: Request) => {
    const offer = upgradeOffer(request.headers);
    return offer === undefined ? upgradeRequired() : await openSocket(env, role, id, offer, whereaboutsOf(request));
  };
  api.openapi(viewer, (c) => answer("viewer", c.env, c.req.valid("param").id, c.req.raw));
  api.openapi(origin, (c) => answer("origin", c.env, c.req.valid("param").id, c.req.raw));
  return api;
}
