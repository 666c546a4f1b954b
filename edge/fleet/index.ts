import { jurisdictionOf, within } from "../jurisdiction/index.ts";
import type { FleetRpc } from "./contract.ts";

export type { DeviceStatus, FleetRpc, HostStatus, LeaseAnswer, LeaseRequest } from "./contract.ts";
export { FleetObject } from "./fleet-object.ts";
export type { LeaseRefusal } from "./placement.ts";

/** The name of the Fleet object of a tenant's region; neither may hold a colon. */
export function fleetName(tenant: string, region: string): string {
  return `v1:${tenant}:${region}`;
}

export function fleetStub<Fleet extends FleetRpc & Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Fleet>,
  name: string,
): DurableObjectStub<Fleet> {
  const [, tenant = ""] = name.split(":");
  const there = within(jurisdictionOf(tenant), namespace);
  return there.get(there.idFromName(name));
}
