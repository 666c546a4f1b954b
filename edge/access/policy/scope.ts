import type { Role } from "./role.ts";

/** What a caller of the API may do. A key has some of them, and never more than whoever made it. */
export const SCOPES = [
  "people:read",
  "people:write",
  "owners:write",
  "policies:read",
  "policies:write",
  "keys:read",
  "keys:write",
  "settings:read",
  "settings:write",
  "audit:read",
  "links:read",
  "links:write",
  "sessions:read",
  "sessions:write",
  "devices:read",
  "devices:write",
  "access:revoke",
  "scim",
] as const;
export type Scope = (typeof SCOPES)[number];

/** What a person's keys can have at most, looked up whenever one is shown: a lesser role lessens the keys at once. */
export const SCOPES_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  owner: SCOPES,
  admin: SCOPES.filter((scope) => scope !== "owners:write"),
  support: ["people:read", "policies:read", "links:read", "sessions:read", "devices:read", "access:revoke"],
  auditor: [
    ...(["people:read", "policies:read", "keys:read", "settings:read", "audit:read", "links:read"] as const),
    ...(["sessions:read", "devices:read"] as const),
  ],
  member: [],
};
