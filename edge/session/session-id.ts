import { jurisdictionOf, jurisdictionOfSession, regionWithin, within } from "../jurisdiction/index.ts";
import type { SessionRpc } from "./contract.ts";

type SessionNamespace = DurableObjectNamespace<SessionRpc & Rpc.DurableObjectBranded>;

/**
 * A session's id says where it lives: `<location hint>-<uuid>`, and before that `<jurisdiction>.` if its tenant has one. A
 * session that is to live elsewhere is another session, because an object never moves.
 */
export function newSessionId(hint: DurableObjectLocationHint, uuid: string, tenant: string): string {
  const jurisdiction = jurisdictionOf(tenant);
  const prefix = jurisdiction === undefined ? "" : `${jurisdiction}.`;
  return `${prefix}${regionWithin(jurisdiction, hint)}-${uuid}`;
}

export const SESSION_ID =
  /^(?:(?:eu|us|fedramp|fedramp-high)\.)?(wnam|enam|sam|weur|eeur|apac|apac-ne|apac-se|oc|afr|me)-[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Where a session lives; undefined for an id that does not say so. */
export function sessionHint(session: string): DurableObjectLocationHint | undefined {
  // Safe: the pattern lists the platform's hints.
  return SESSION_ID.exec(session)?.[1] as DurableObjectLocationHint | undefined;
}

/** The Session object of this id. Only the first call for an id is heard on where to place it, so each one says it. */
export function sessionStub(
  namespace: SessionNamespace,
  session: string,
): DurableObjectStub<SessionRpc & Rpc.DurableObjectBranded> {
  const locationHint = sessionHint(session);
  const there = within(jurisdictionOfSession(session), namespace);
  return there.get(there.idFromName(`v1:${session}`), locationHint === undefined ? {} : { locationHint });
}
