import { createRoute, z } from "@hono/zod-openapi";
import { fleetName, fleetStub } from "../fleet/index.ts";
import { problemResponses } from "../http/index.ts";
import { ADMIN_SECURITY, adminOnly } from "./admin.ts";
import { type Api, createApi } from "./api.ts";
import { device, hostName, region } from "./schemas.ts";
import { TENANT } from "./tenant.ts";

const list = createRoute({
  method: "get",
  path: "/api/v1/devices",
  tags: ["devices"],
  summary: "The devices of a region, and who may have them",
  security: ADMIN_SECURITY,
  middleware: adminOnly,
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
                  .object({ host: hostName, device, state: z.enum(["free", "leased", "offline"]) })
                  .openapi("DeviceStatus"),
              ),
            })
            .openapi("Devices"),
        },
      },
    },
    ...problemResponses("invalid-request", "unauthorized"),
  },
});

export function deviceRoutes(): Api {
  const api = createApi();
  api.openapi(list, async (c) => {
    const name = fleetName(TENANT, c.req.valid("query").region);
    return c.json({ devices: [...(await fleetStub(c.env.FLEET, name).devices())] }, 200);
  });
  return api;
}
