import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { MAX_FILE_CHUNK_BYTES } from "#protocol";
import { problem, reportBug, secureAnswers, tellOptionalFields } from "./http/index.ts";
import { type Api, createApi } from "./routes/api.ts";
import { deviceRoutes } from "./routes/devices.ts";
import { embedRoutes } from "./routes/embed.ts";
import { fileRoutes, isFileBody } from "./routes/files.ts";
import { healthRoutes } from "./routes/health.ts";
import { hostRoutes } from "./routes/hosts.ts";
import { linkRoutes } from "./routes/links.ts";
import { scimRoutes } from "./routes/scim/index.ts";
import { sessionSocketRoutes } from "./routes/session-sockets.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { signinRoutes } from "./routes/signin/index.ts";
import { tenantRoutes } from "./routes/tenant/index.ts";
import { VERSION } from "./version.ts";

/** Requests are a few fields; the largest holds a grant of at most 4 KiB. Pieces of files have a limit of their own. */
const MAX_BODY_BYTES = 64 * 1024;

/** The HTTP interface. Every error of it is problem+json. */
export function createApp(): Api {
  const app = createApi();
  app.use(secureAnswers);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_, allowed) => problem("method-not-allowed", undefined, { Allow: allowed.join(", ") }),
    }),
  );
  const onError = () => problem("too-large");
  const small = bodyLimit({ maxSize: MAX_BODY_BYTES, onError });
  const piece = bodyLimit({ maxSize: MAX_FILE_CHUNK_BYTES, onError });
  app.use((c, next) => (isFileBody(c.req.path) ? piece : small)(c, next));
  for (const routes of [
    healthRoutes(),
    linkRoutes(),
    sessionRoutes(),
    sessionSocketRoutes(),
    fileRoutes(),
    hostRoutes(),
    deviceRoutes(),
    tenantRoutes(),
    signinRoutes(),
    embedRoutes(),
  ]) {
    app.route("/", routes);
  }
  app.route("/", scimRoutes());
  describe(app);
  app.notFound(() => problem("not-found"));
  app.onError((error) => {
    if (!(error instanceof HTTPException)) return reportBug(error);
    if (error.status === 415) return problem("unsupported-media-type");
    return error.status < 500 ? problem("invalid-request", `${error.message}.`) : reportBug(error);
  });
  return app;
}

function describe(app: Api): void {
  const schemes = app.openAPIRegistry;
  schemes.registerComponent("securitySchemes", "admin", {
    type: "http",
    scheme: "bearer",
    description:
      "The edge's ADMIN_TOKEN: whoever holds it may do everything, in the deployment's own tenant, and with any session.",
  });
  schemes.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "An API key of the tenant, `ngk_...`, with the scope that the operation needs.",
  });
  schemes.registerComponent("securitySchemes", "cookie", {
    type: "apiKey",
    in: "cookie",
    name: "__Host-nearglass",
    description: "Of a person who is signed in. Changes also need the edge's own `Origin` and `X-Nearglass-Request`.",
  });
  schemes.registerComponent("securitySchemes", "bootstrap", {
    type: "http",
    scheme: "bearer",
    description: "The edge's BOOTSTRAP_SECRET, once.",
  });
  schemes.registerComponent("securitySchemes", "resume", {
    type: "http",
    scheme: "bearer",
    description: "The resume token of the `welcome` message; each welcome brings a new one.",
  });
  schemes.registerComponent("securitySchemes", "call", {
    type: "http",
    scheme: "bearer",
    description: "The `call` of the `file-call` message that the agent answers.",
  });
  schemes.registerComponent("securitySchemes", "ticket", {
    type: "apiKey",
    in: "header",
    name: "Sec-WebSocket-Protocol",
    description: "`nearglass.v1, nearglass.ticket.<token>`, or `nearglass.v1, nearglass.resume.<token>`.",
  });
  app.doc31("/api/v1/openapi.json", () => {
    tellOptionalFields(app.openAPIRegistry.definitions);
    return {
      openapi: "3.1.0",
      info: {
        title: "Nearglass",
        version: VERSION,
        description:
          "Android devices in a browser, through the edge location nearest to the person who holds the glass.",
        license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
      },
      servers: [{ url: "/" }],
    };
  });
}
