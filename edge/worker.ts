import { createApp } from "./app.ts";
import type { Env } from "./env.ts";

export { FleetObject } from "./fleet/index.ts";
export { MirrorObject } from "./mirror/index.ts";
export { PassObject } from "./pass/index.ts";
export { SessionObject } from "./session/index.ts";
export { TenantObject } from "./tenant/index.ts";

const app = createApp();

export default {
  fetch: (request, env, ctx) => app.fetch(request, env, ctx),
} satisfies ExportedHandler<Env>;
