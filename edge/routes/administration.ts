import type { Env } from "../env.ts";
import type { ProblemName } from "../http/index.ts";
import { type Caller, type Noted, tenantStub } from "../tenant/index.ts";

/** Of every route for whoever administers devices and sessions. */
export const LOOK_PROBLEMS = [
  "invalid-request",
  "unauthorized",
  "forbidden",
  "signed-out",
] as const satisfies readonly ProblemName[];

/** Of those that change something. */
export const CHANGE_PROBLEMS = [
  ...LOOK_PROBLEMS,
  "foreign-request",
  "step-up-needed",
] as const satisfies readonly ProblemName[];

/** What was done outside of the books stands in the audit log of the tenant that it was done to. */
export async function note(env: Env, tenant: string, caller: Caller, event: Noted): Promise<void> {
  await tenantStub(env.TENANT, tenant).note(caller, event);
}
