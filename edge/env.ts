import type { FleetRpc } from "./fleet/contract.ts";
import type { MirrorRpc } from "./mirror-link/contract.ts";
import type { SessionRpc } from "./session/contract.ts";
import type { TenantRpc } from "./tenant/contract.ts";

/** What the platform hands to the Worker and its objects; named in wrangler.toml. */
export interface Env {
  readonly SESSION: DurableObjectNamespace<SessionRpc & Rpc.DurableObjectBranded>;
  readonly MIRROR: DurableObjectNamespace<MirrorRpc & Rpc.DurableObjectBranded>;
  readonly FLEET: DurableObjectNamespace<FleetRpc & Rpc.DurableObjectBranded>;
  readonly TENANT: DurableObjectNamespace<TenantRpc & Rpc.DurableObjectBranded>;
  /** Called only by way of edge/pass. */
  readonly PASS: DurableObjectNamespace;
  /** The built pages. */
  readonly ASSETS: Fetcher;
  /** How often one subscriber may begin and end a sign-in, redeem a link, ask for a ticket, and show credentials that do not count. */
  readonly SIGNIN_RATE: RateLimit;
  readonly REDEEM_RATE: RateLimit;
  readonly TICKET_RATE: RateLimit;
  readonly FAILURE_RATE: RateLimit;
  /** Secret: an Ed25519 private key as JWK in JSON. Signs grants, tickets and enrolment tokens. */
  readonly SIGNING_KEY: string;
  /** Secret: who holds it may make links, enrol hosts and end sessions. */
  readonly ADMIN_TOKEN: string;
  /** Secret, once: who holds it makes the first owner. Without it there is no other way in than ADMIN_TOKEN. */
  readonly BOOTSTRAP_SECRET?: string;
  /** `1` where somebody tries things on their own machine, as `npm start` does: webhooks may then go to it over http. */
  readonly DEVELOPING?: string;
}
