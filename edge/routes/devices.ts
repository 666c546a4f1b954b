import { createRoute, z } from "@hono/zod-openapi";
import { fleetName, fleetStub } from "../fleet/index.ts";
import { problem, problemResponses } from "../http/index.ts";
import { CHANGE_PROBLEMS, LOOK_PROBLEMS, note } from "./administration.ts";
import { type Api, createApi } from "./api.ts";
import { device, hostName, region } from "./schemas.ts";
import { allowedInRole, EITHER_SECURITY } from "./signed-in.ts";

const list = createRoute({
  method: "get",
  path: "/api/v1/devices",
  tags: ["devices"],
  summary: "The devices of a region, and who may have them",
  security: EITHER_SECURITY,
  middleware: allowedInRole("devices:read"),
  request: { query: z.strictObject({ region: region.default("local") }) },
  responses: {
    200: {
      description: "Every device that a host has announced, by host and id.",
      content: {
        "application/json": {
          schema: z
            .object({
              devices: z.array(
                z
                  .object({ host: hostName, device, state: z.enum(["free", "leased", "offline", "revoked"]) })
                  .openapi("DeviceStatus"),
              ),
            })
            .openapi("Devices"),
        },
      },
    },
    ...problemResponses(...LOOK_PROBLEMS),
  },
});

const one = {
  params: z.object({
    host: hostName.openapi({ param: { name: "host", in: "path" } }),
    device: z
      .string()
      .regex(/^[\w.:-]{1,64}$/)
      .openapi({ param: { name: "device", in: "path" }, example: "demo" }),
  }),
  query: z.strictObject({ region: region.default("local") }),
};

const revoke = createRoute({
  method: "delete",
  path: "/api/v1/devices/{host}/{device}",
  tags: ["devices"],
  summary: "Give the device to nobody from now on; a session that has it ends",
  description: "Sockets are closed with code 4010. It stays in the list, until it is restored.",
  security: EITHER_SECURITY,
  middleware: allowedInRole("devices:write"),
  request: one,
  responses: { 204: { description: "It is done." }, ...problemResponses(...CHANGE_PROBLEMS, "no-such-device") },
});

const restore = createRoute({
  ...revoke,
  method: "post",
  path: "/api/v1/devices/{host}/{device}/restore",
  summary: "Take back that a device is given to nobody",
  description: "One that was not revoked stays as it is.",
});

export function deviceRoutes(): Api {
  const api = createApi();
  api.openapi(list, async (c) => {
    const name = fleetName(c.get("tenant"), c.req.valid("query").region);
    return c.json({ devices: [...(await fleetStub(c.env.FLEET, name).devices())] }, 200);
  });
  api.openapi(revoke, async (c) => {
    const { host, device: id } = c.req.valid("param");
    const fleet = fleetStub(c.env.FLEET, fleetName(c.get("tenant"), c.req.valid("query").region));
    if (!(await fleet.revokeDevice(host, id))) return problem("no-such-device");
    const subject = `device:${host}/${id}`;
    await note(c.env, c.get("tenant"), c.get("caller"), { action: "device.revoked", subject });
    return c.body(null, 204);
  });
  api.openapi(restore, async (c) => {
    const { host, device: id } = c.req.valid("param");
    const fleet = fleetStub(c.env.FLEET, fleetName(c.get("tenant"), c.req.valid("query").region));
    if (!(await fleet.restoreDevice(host, id))) return problem("no-such-device");
    const subject = `device:${host}/${id}`;
    await note(c.env, c.get("tenant"), c.get("caller"), { action: "device.restored", subject });
    return c.body(null, 204);
  });
  return api;
}
