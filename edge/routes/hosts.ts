import { createRoute, z } from "@hono/zod-openapi";
import { SUBPROTOCOL } from "#protocol";
import { ENROLMENT_LIFE_SECONDS, enrolmentKind, signingKey, signToken, verifyToken } from "../access/index.ts";
import type { Env } from "../env.ts";
import { fleetName, fleetStub } from "../fleet/index.ts";
import {
  forwardUpgrade,
  problemResponses,
  refuseUpgrade,
  type UpgradeOffer,
  upgradeOffer,
  upgradeRequired,
} from "../http/index.ts";
import { ADMIN_SECURITY, adminOnly } from "./admin.ts";
import { type Api, createApi } from "./api.ts";
import { hostName, instant, region } from "./schemas.ts";
import { SOCKET_DESCRIPTION, SOCKET_RESPONSES } from "./socket.ts";
import { TENANT } from "./tenant.ts";

const enrol = createRoute({
  method: "post",
  path: "/api/v1/hosts",
  tags: ["hosts"],
  summary: "Enrol a host: make the token with which its agent announces devices",
  security: ADMIN_SECURITY,
  middleware: adminOnly,
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({ host: hostName, region: region.default("local") }).openapi("NewHost"),
        },
      },
    },
  },
  responses: {
    201: {
      description: "The agent's token. Whoever has it can announce devices as this host.",
      content: {
        "application/json": {
          schema: z
            .object({ token: z.string().openapi({ example: "eyJhbGciOiJFZERTQSJ9.e30.c2ln" }), expiresAt: instant })
            .openapi("Enrolment"),
        },
      },
    },
    ...problemResponses("invalid-request", "unauthorized", "too-large", "unsupported-media-type"),
  },
});

const connect = createRoute({
  method: "get",
  path: "/api/v1/hosts/connect",
  tags: ["sockets"],
  summary: "A host's control socket; its token is the enrolment token",
  description: SOCKET_DESCRIPTION,
  security: [{ ticket: [] }],
  responses: SOCKET_RESPONSES,
});

async function openControl(env: Env, offer: UpgradeOffer): Promise<Response> {
  if (!offer.subprotocols.includes(SUBPROTOCOL)) return refuseUpgrade("versionUnsupported", offer);
  const enrolment = await verifyToken(enrolmentKind, offer.token ?? "", await signingKey(env.SIGNING_KEY), Date.now());
  if (!enrolment.verified) return refuseUpgrade("ticketRefused", offer);
  const { claims } = enrolment;
  return await forwardUpgrade(fleetStub(env.FLEET, fleetName(claims.tenant, claims.region)), claims);
}

export function hostRoutes(): Api {
  const api = createApi();
  api.openapi(enrol, async (c) => {
    const claims = { tenant: TENANT, ...c.req.valid("json") };
    const key = await signingKey(c.env.SIGNING_KEY);
    const signature = { id: crypto.randomUUID(), at: Date.now(), lifeSeconds: ENROLMENT_LIFE_SECONDS };
    const { token, expiresAt } = await signToken(enrolmentKind, claims, key, signature);
    return c.json({ token, expiresAt: new Date(expiresAt).toISOString() }, 201);
  });
  api.openapi(connect, async (c) => {
    const offer = upgradeOffer(c.req.raw.headers);
    return offer === undefined ? upgradeRequired() : await openControl(c.env, offer);
  });
  return api;
}
