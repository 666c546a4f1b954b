import type { TenantRpc } from "./contract.ts";

export type {
  Answer,
  ApiKey,
  Caller,
  Explained,
  Group,
  MadeKey,
  Person,
  Place,
  Refusal,
  StoredPolicy,
  TenantRpc,
} from "./contract.ts";
export { TenantObject } from "./tenant-object.ts";

/** The object of a tenant. */
export function tenantStub<Tenant extends TenantRpc & Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Tenant>,
  tenant: string,
): DurableObjectStub<Tenant> {
  return namespace.get(namespace.idFromName(`v1:${tenant}`));
}
