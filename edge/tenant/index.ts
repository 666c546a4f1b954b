import { jurisdictionOf, within } from "../jurisdiction/index.ts";
import { TENANT_OBJECT, type TenantRpc } from "./contract.ts";

export type {
  Answer,
  ApiKey,
  Caller,
  Group,
  Link,
  LinkConditions,
  LiveSession,
  MadeKey,
  Noted,
  Person,
  Place,
  Receipt,
  Refusal,
  Revocable,
  ScimAnswer,
  ScimKind,
  ScimResource,
  StoredPolicy,
  TenantRpc,
} from "./contract.ts";
export type { DeadLetter, MadeWebhook, Webhook } from "./log/contract.ts";
export { isDeveloping } from "./log/delivery-port.ts";
export { isDestination } from "./log/destination.ts";
export { MAX_DAYS, MIN_DAYS } from "./log/retention.ts";
export type { SignedIn, SigninRefusal } from "./signin/contract.ts";
export { TenantObject } from "./tenant-object.ts";

/** The object of a tenant. */
export function tenantStub<Tenant extends TenantRpc & Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Tenant>,
  tenant: string,
): DurableObjectStub<Tenant> {
  const there = within(jurisdictionOf(tenant), namespace);
  return there.get(there.idFromName(`${TENANT_OBJECT}${tenant}`));
}
