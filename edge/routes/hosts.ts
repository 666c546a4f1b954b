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
import { CHANGE_PROBLEMS, LOOK_PROBLEMS, note } from "./administration.ts";
import { type Api, createApi } from "./api.ts";
import { hostName, instant, region } from "./schemas.ts";
import { allowedInRole, EITHER_SECURITY } from "./signed-in.ts";
import { SOCKET_DESCRIPTION, SOCKET_RESPONSES } from "./socket.ts";

const inRegion = z.strictObject({ region: region.default("local") });

const list = createRoute({
  method: "get",
  path: "/api/v1/hosts",
  tags: ["hosts"],
  summary: "The hosts of a region that have announced devices within a week",
  security: EITHER_SECURITY,
  middleware: allowedInRole("devices:read"),
  request: { query: inRegion },
  responses: {
    200: {
      description: "By their names.",
      content: {
        "application/json": {
          schema: z
            .object({
              hosts: z.array(
                z
                  .object({ host: hostName, online: z.boolean(), devices: z.int().openapi({ example: 4 }) })
                  .openapi("HostStatus"),
              ),
            })
            .openapi("Hosts"),
        },
      },
    },
    ...problemResponses(...LOOK_PROBLEMS),
  },
});

const enrol = createRoute({
  method: "post",
  path: "/api/v1/hosts",
  tags: ["hosts"],
  summary: "Enrol a host: make the token with which its agent announces devices",
  security: EITHER_SECURITY,
  middleware: allowedInRole("devices:write"),
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
    ...problemResponses(...CHANGE_PROBLEMS, "too-large", "unsupported-media-type"),
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/api/v1/hosts/{host}",
  tags: ["hosts"],
  summary: "Refuse a host from now on; its sessions end and its devices are gone",
  description:
    "Tokens that it was enrolled with before now count no more, and its sockets are closed with code 4010. Enrolled anew it can come " +
    "back. A host that is not known is refused as well, if its token was made before.",
  security: EITHER_SECURITY,
  middleware: allowedInRole("devices:write"),
  request: { params: z.object({ host: hostName.openapi({ param: { name: "host", in: "path" } }) }), query: inRegion },
  responses: { 204: { description: "It is done." }, ...problemResponses(...CHANGE_PROBLEMS) },
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
  api.openapi(list, async (c) => {
    const fleet = fleetStub(c.env.FLEET, fleetName(c.get("tenant"), c.req.valid("query").region));
    return c.json({ hosts: [...(await fleet.hosts())] }, 200);
  });
  api.openapi(enrol, async (c) => {
    const at = Date.now();
    const tenant = c.get("tenant");
    const wish = c.req.valid("json");
    const key = await signingKey(c.env.SIGNING_KEY);
    const signature = { id: crypto.randomUUID(), at, lifeSeconds: ENROLMENT_LIFE_SECONDS };
    const { token, expiresAt } = await signToken(enrolmentKind, { tenant, ...wish, madeAt: at }, key, signature);
    const subject = `host:${wish.host}`;
    await note(c.env, tenant, c.get("caller"), { action: "host.enrolled", subject, detail: { region: wish.region } });
    return c.json({ token, expiresAt: new Date(expiresAt).toISOString() }, 201);
  });
  api.openapi(revoke, async (c) => {
    const { host } = c.req.valid("param");
    const of = c.req.valid("query").region;
    await fleetStub(c.env.FLEET, fleetName(c.get("tenant"), of)).revokeHost(host, Date.now());
    const event = { action: "host.revoked", subject: `host:${host}`, detail: { region: of } } as const;
    await note(c.env, c.get("tenant"), c.get("caller"), event);
    return c.body(null, 204);
  });
  api.openapi(connect, async (c) => {
    const offer = upgradeOffer(c.req.raw.headers);
    return offer === undefined ? upgradeRequired() : await openControl(c.env, offer);
  });
  return api;
}
