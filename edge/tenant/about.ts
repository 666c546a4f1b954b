import type { AuditEvent } from "../audit/index.ts";
import type { ApiKey, Group, NewLink, Person, StoredPolicy } from "./contract.ts";

/** What the audit log says of the things that are changed: which, by what name, and how they are now. */
type About = Required<Pick<AuditEvent, "subject" | "detail">>;

/** @param fields names of what was changed */
export function about({ id, userName, role, active }: Person, fields?: readonly string[]): About {
  return { subject: `person:${id}`, detail: { userName, role, active, ...changed(fields) } };
}

export function ofGroup({ id, name, members }: Group, fields?: readonly string[]): About {
  return { subject: `group:${id}`, detail: { name, members: members.length, ...changed(fields) } };
}

export function ofLink({ id, name, rights, uses, shared, expiresAt, conditions }: NewLink): About {
  const optional = { ...(name === undefined ? {} : { name }), ...(uses === undefined ? {} : { uses }) };
  return {
    subject: `link:${id}`,
    detail: { ...conditions, rights, shared, ...optional, expiresAt: new Date(expiresAt).toISOString() },
  };
}

export function ofKey({ id, name, scopes, person }: ApiKey): About {
  return { subject: `key:${id}`, detail: { name, scopes, ...(person === undefined ? {} : { person }) } };
}

/** With all that it says, so that what held at any moment can be told from the log. */
export function ofPolicy({ id, name, binding, capabilities, session }: StoredPolicy): About {
  // Safe: a policy is plain JSON, as it came through the door.
  const says = JSON.parse(JSON.stringify({ binding, capabilities, session })) as About["detail"];
  return { subject: `policy:${id}`, detail: { name, ...says } };
}

function changed(fields: readonly string[] | undefined): { readonly changed?: readonly string[] } {
  return fields === undefined ? {} : { changed: fields };
}
