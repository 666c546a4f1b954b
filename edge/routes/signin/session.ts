import { createRoute, z } from "@hono/zod-openapi";
import { RIGHTS } from "#protocol";
import { ROLES } from "../../access/index.ts";
import { type DeviceStatus, fleetName, fleetStub } from "../../fleet/index.ts";
import { problemResponses } from "../../http/index.ts";
import { endSessionUrl } from "../../signin/index.ts";
import { type SignedIn, tenantStub } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { device, hostName, instant, region } from "../schemas.ts";
import { COOKIE_SECURITY, signedIn, takeCookie } from "../signed-in.ts";
import { placeOf } from "../whereabouts.ts";

const COOKIE = { tags: ["sign-in"], security: COOKIE_SECURITY, middleware: signedIn };

const info = createRoute({
  ...COOKIE,
  method: "get",
  path: "/api/v1/signin",
  summary: "Who is signed in",
  responses: {
    200: {
      description: "The person whose cookie it is.",
      content: {
        "application/json": {
          schema: z
            .object({
              tenant: z.string().openapi({ example: "default" }),
              person: z.object({
                id: z.string().openapi({ example: "0b8a1f3e-6f0e-4c5e-9d6c-2b7f5a3f9d10" }),
                userName: z.string().openapi({ example: "ada@example.com" }),
                name: z.string().openapi({ example: "Ada Lovelace" }),
                role: z.enum(ROLES),
              }),
              acr: z.string().exactOptional().openapi({ description: "How they have proved who they are." }),
              needsStepUp: z.boolean().openapi({ description: "To open a device they must prove more." }),
              expiresAt: instant,
            })
            .openapi("SignIn"),
        },
      },
    },
    ...problemResponses("signed-out"),
  },
});

const devices = createRoute({
  ...COOKIE,
  method: "get",
  path: "/api/v1/signin/devices",
  summary: "The devices that whoever is signed in may open now",
  request: { query: z.strictObject({ region: region.default("local") }) },
  responses: {
    200: {
      description: "None, when the tenant's policies do not let the person in.",
      content: {
        "application/json": {
          schema: z
            .object({
              rights: z.array(z.enum(RIGHTS)).openapi({ description: "What they would have in a session." }),
              devices: z.array(z.object({ host: hostName, device, state: z.enum(["free", "leased", "offline"]) })),
            })
            .openapi("OpenableDevices"),
        },
      },
    },
    ...problemResponses("invalid-request", "signed-out"),
  },
});

const out = createRoute({
  ...COOKIE,
  method: "post",
  path: "/api/v1/signin/out",
  summary: "Sign this browser out, and close what it had opened",
  responses: {
    200: {
      description: "It is done.",
      content: {
        "application/json": {
          schema: z
            .object({
              providerSignOut: z.string().exactOptional().openapi({
                example: "https://login.example.com/session/end?client_id=nearglass",
                description: "Where the person signs out at the identity provider too, which still knows them.",
              }),
            })
            .openapi("SignedOut"),
        },
      },
    },
    ...problemResponses("signed-out", "foreign-request"),
  },
});

export function signinSessionRoutes(): Api {
  const api = createApi();
  api.openapi(info, (c) => {
    const { person, acr, needsStepUp, expiresAt }: SignedIn = c.get("signedIn");
    const proved = acr === undefined ? {} : { acr };
    const ends = new Date(expiresAt).toISOString();
    return c.json({ tenant: c.get("tenant"), person, ...proved, needsStepUp, expiresAt: ends }, 200);
  });
  api.openapi(devices, async (c) => {
    const [tenant, { person }] = [c.get("tenant"), c.get("signedIn")];
    const wish = { person: person.id, rights: RIGHTS, place: placeOf(c.req.raw) };
    const rights = [...(await tenantStub(c.env.TENANT, tenant).look(wish))];
    const fleet = fleetStub(c.env.FLEET, fleetName(tenant, c.req.valid("query").region));
    const devices = rights.includes("view") ? await fleet.devices() : [];
    return c.json({ rights, devices: devices.flatMap(openable) }, 200);
  });
  api.openapi(out, async (c) => {
    const object = tenantStub(c.env.TENANT, c.get("tenant"));
    await object.signOut(c.get("signedIn").id, placeOf(c.req.raw));
    takeCookie(c);
    const provider = await object.provider();
    const url = provider === undefined ? undefined : await endSessionUrl(provider);
    return c.json(url === undefined ? {} : { providerSignOut: url }, 200);
  });
  return api;
}

/** What was taken out of service is nobody's to open. */
function openable({ state, ...of }: DeviceStatus) {
  return state === "revoked" ? [] : [{ ...of, state }];
}
