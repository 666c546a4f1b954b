import { canonical, type Json } from "./canonical.ts";

/** Everything that is written down, as `<kind>.<what happened>`. */
export type Action =
  | "tenant.bootstrapped"
  | "person.added"
  | "person.changed"
  | "person.removed"
  | "group.added"
  | "group.changed"
  | "group.removed"
  | "policy.added"
  | "policy.changed"
  | "policy.removed"
  | "key.made"
  | "key.rotated"
  | "key.revoked"
  | "settings.changed"
  | "webhook.added"
  | "webhook.changed"
  | "webhook.rotated"
  | "webhook.removed"
  | "webhook.resent"
  | "webhook.failed"
  | "audit.exported"
  | "audit.dropped"
  | "link.made"
  | "link.redeemed"
  | "signin.succeeded"
  | "signin.refused"
  | "signin.ended"
  | "entry.refused"
  | "session.opened"
  | "session.closed"
  | "session.ended"
  | "host.enrolled"
  | "host.revoked"
  | "device.revoked"
  | "device.restored"
  | "seat.opened"
  | "seat.changed"
  | "seat.closed"
  | "clipboard.sent"
  | "clipboard.taken"
  | "app.opened"
  | "lease.taken"
  | "hardware.lent"
  | "hardware.ended"
  | "access.revoked"
  | "access.ended";

/** What happened, before it has its place in the chain. */
export interface AuditEvent {
  readonly action: Action;
  /** Who did it: `key:<id>`, `person:<id>`, `link:<id>`, `admin-token`, `bootstrap`, `identity-provider`, `session`. */
  readonly actor: string;
  /** What it was done to, as `<kind>:<id>`. */
  readonly subject?: string;
  readonly session?: string;
  readonly address?: string;
  readonly country?: string;
  /** Names and numbers. No secret, nothing that was typed or copied. */
  readonly detail?: { readonly [name: string]: Json };
}

/** The first line's predecessor. */
export const NO_HASH = "0".repeat(64);

/** The text that is hashed: the event with its place, in one certain form. @param at Unix milliseconds */
export function eventText(event: AuditEvent, tenant: string, sequence: number, at: number): string {
  const { action, actor, subject, session, address, country, detail } = event;
  return canonical({
    action,
    actor,
    at: new Date(at).toISOString(),
    sequence,
    tenant,
    ...(subject === undefined ? {} : { subject }),
    ...(session === undefined ? {} : { session }),
    ...(address === undefined ? {} : { address }),
    ...(country === undefined ? {} : { country }),
    ...(detail === undefined ? {} : { detail }),
  });
}

/** One line of an export. Its parts are canonical, and stand in the order of their names. */
export function eventLine(text: string, hash: string, previous: string): string {
  return `{"event":${text},"hash":"${hash}","previous":"${previous}"}`;
}

/** What the edge signs: up to here the chain was so. */
export interface Checkpoint {
  readonly tenant: string;
  readonly sequence: number;
  /** Of the line with that sequence. */
  readonly hash: string;
  readonly at: string;
  /** The signing key's id. */
  readonly key: string;
}

export function checkpointText({ tenant, sequence, hash, at, key }: Checkpoint): string {
  return canonical({ tenant, sequence, hash, at, key });
}

export function checkpointLine(text: string, signature: string): string {
  return `{"checkpoint":${text},"signature":"${signature}"}`;
}
