import type { EdgeApi } from "./edge-api.ts";
import { localSecrets } from "./secrets.ts";

/** The command that makes the first owner of the edge on this machine; undefined when there is one. */
export async function firstOwnerCommand(api: Pick<EdgeApi, "origin" | "hasOwner">): Promise<string | undefined> {
  if (await api.hasOwner()) return undefined;
  const { bootstrapSecret } = await localSecrets();
  const person = JSON.stringify({ userName: "you@example.com", name: "Your Name" });
  const headers = `-H "Authorization: Bearer ${bootstrapSecret}" -H "Content-Type: application/json"`;
  return `curl -X POST ${api.origin}/api/v1/tenant/bootstrap ${headers} -d '${person}'`;
}
