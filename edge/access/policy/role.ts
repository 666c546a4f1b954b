import type { Capability, Effect } from "./capability.ts";

/** What a person is in a tenant. */
export const ROLES = ["owner", "admin", "support", "auditor", "member"] as const;
export type Role = (typeof ROLES)[number];

/** Whoever sits in a session: a person of the tenant, or a guest who came by a link alone. */
export type Standing = Role | "guest";

/** What uses the person's own hardware, moves files or leaves the session is asked for. */
const PERSON: Readonly<Record<Capability, Effect>> = {
  view: "allow",
  audio: "allow",
  touch: "allow",
  keyboard: "allow",
  "clipboard-to-device": "allow",
  "clipboard-from-device": "allow",
  "file-up": "ask",
  "file-down": "ask",
  microphone: "ask",
  camera: "ask",
  location: "ask",
  motion: "ask",
  "app-launch": "allow",
  "home-recents": "allow",
  record: "deny",
  invite: "ask",
};

/** Who helps others looks on, and takes the wheel when that is agreed to. */
const SUPPORT: Readonly<Record<Capability, Effect>> = {
  view: "allow",
  audio: "allow",
  touch: "ask",
  keyboard: "ask",
  "clipboard-to-device": "deny",
  "clipboard-from-device": "deny",
  "file-up": "deny",
  "file-down": "deny",
  microphone: "deny",
  camera: "deny",
  location: "deny",
  motion: "deny",
  "app-launch": "ask",
  "home-recents": "ask",
  record: "deny",
  invite: "deny",
};

/** An auditor reads the books, and sees no screen. */
const AUDITOR: Readonly<Record<Capability, Effect>> = {
  view: "deny",
  audio: "deny",
  touch: "deny",
  keyboard: "deny",
  "clipboard-to-device": "deny",
  "clipboard-from-device": "deny",
  "file-up": "deny",
  "file-down": "deny",
  microphone: "deny",
  camera: "deny",
  location: "deny",
  motion: "deny",
  "app-launch": "deny",
  "home-recents": "deny",
  record: "deny",
  invite: "deny",
};

/** What holds where no policy says anything: the widest binding of all. A guest has no more than the link's rights. */
export const EFFECTS_OF_ROLE: Readonly<Record<Standing, Readonly<Record<Capability, Effect>>>> = {
  owner: { ...PERSON, record: "ask", invite: "allow" },
  admin: { ...PERSON, record: "ask", invite: "allow" },
  support: SUPPORT,
  auditor: AUDITOR,
  member: PERSON,
  guest: { ...PERSON, "file-up": "deny", "file-down": "deny", invite: "deny" },
};
