import { type Api, createApi } from "../api.ts";
import { auditRoutes } from "./audit.ts";
import { groupRoutes } from "./groups.ts";
import { keyRoutes } from "./keys.ts";
import { linkListRoutes } from "./links.ts";
import { liveSessionRoutes } from "./live-sessions.ts";
import { peopleRoutes } from "./people.ts";
import { policyRoutes } from "./policies.ts";
import { providerRoutes } from "./provider.ts";
import { revocationRoutes } from "./revocations.ts";
import { settingRoutes } from "./settings.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Everything under /api/v1/tenant, the books of a company; and who sits in its sessions. */
export function tenantRoutes(): Api {
  const api = createApi();
  for (const routes of [
    peopleRoutes(),
    groupRoutes(),
    policyRoutes(),
    keyRoutes(),
    settingRoutes(),
    providerRoutes(),
    auditRoutes(),
    webhookRoutes(),
    linkListRoutes(),
    liveSessionRoutes(),
    revocationRoutes(),
  ]) {
    api.route("/", routes);
  }
  return api;
}
