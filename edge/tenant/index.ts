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
export type { SignedIn, SigninRefusal } from "./signin/contract.ts";
export { TenantObject } from "./tenant-object.ts";

/** The object of a tenant. */
export function tenantStub<Tenant extends TenantRpc & Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Tenant>,
  tenant: string,
): DurableObjectStub<Tenant> {
  return namespace.get(namespace.idFromName(`${TENANT_OBJECT}${tenant}`));
}
