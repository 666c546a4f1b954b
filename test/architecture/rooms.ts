/**
 * Which room may import which: imports point one way. A path is in the room with the longest name that it begins
 * with. Everybody may import `#protocol`, and every room itself.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "edge/protocol": [],
  "edge/relay": [],
  "edge/jurisdiction": [],
  "edge/scim": [],
  "edge/socket": [],
  "edge/access": [],
  "edge/audit": [],
  "edge/signin": [],
  "edge/env.ts": ["edge/fleet", "edge/mirror-link", "edge/pass", "edge/session", "edge/tenant"],
  "edge/version.ts": [],
  "edge/http": ["edge/access"],
  "edge/mirror-link": ["edge/jurisdiction"],
  "edge/mirror": ["edge/access", "edge/env.ts", "edge/mirror-link", "edge/relay", "edge/session", "edge/socket"],
  "edge/pass": ["edge/env.ts"],
  "edge/session": [
    "edge/access",
    "edge/env.ts",
    "edge/fleet",
    "edge/jurisdiction",
    "edge/mirror-link",
    "edge/relay",
    "edge/socket",
    "edge/tenant",
  ],
  "edge/fleet": ["edge/access", "edge/env.ts", "edge/jurisdiction", "edge/session", "edge/socket"],
  "edge/tenant": [
    "edge/access",
    "edge/audit",
    "edge/env.ts",
    "edge/jurisdiction",
    "edge/pass",
    "edge/scim",
    "edge/session",
    "edge/signin",
  ],
  "edge/routes": [
    "edge/access",
    "edge/audit",
    "edge/env.ts",
    "edge/fleet",
    "edge/http",
    "edge/jurisdiction",
    "edge/mirror-link",
    "edge/pass",
    "edge/scim",
    "edge/session",
    "edge/signin",
    "edge/tenant",
    "edge/version.ts",
  ],
  "edge/app.ts": ["edge/env.ts", "edge/http", "edge/routes", "edge/version.ts"],
  "edge/worker.ts": [
    "edge/app.ts",
    "edge/env.ts",
    "edge/fleet",
    "edge/mirror",
    "edge/pass",
    "edge/session",
    "edge/tenant",
  ],

  "origin-agent/encode": [],
  "origin-agent/device": ["origin-agent/encode"],
  "origin-agent/link": [],
  "origin-agent/session": ["origin-agent/device", "origin-agent/link"],
  "origin-agent/config.ts": ["origin-agent/device"],
  "origin-agent/runtime": ["origin-agent/config.ts"],
  "origin-agent/agent.ts": [
    "origin-agent/config.ts",
    "origin-agent/device",
    "origin-agent/link",
    "origin-agent/session",
  ],
  "origin-agent/main.ts": ["origin-agent"],

  "web-client/sdk": [],
  "web-client": ["web-client/sdk"],
  "web-client/s": ["web-client", "web-client/sdk"],
  "web-client/portal": ["web-client"],
  "web-client/embed": ["web-client", "web-client/sdk"],

  "examples/portal": [],

  tools: ["edge/audit", "origin-agent"],
  "vitest.config.ts": [],
};

/** Files of types and names, which do nothing and open a room beside its `index.ts`. */
export const SEAMS: readonly string[] = ["contract.ts", "claims.ts"];

/** Files that are entered past the door of their room, and why. */
export const SIDE_DOORS: Readonly<Record<string, string>> = {
  "edge/session/session-id.ts": "a name and no more, while the door brings the Session object along",
  "origin-agent/runtime/permissions.ts": "a list of words, while the door looks for a runtime to be in",
};

/** Whether a file is one that others than its own room may enter. */
export function isDoor(path: string): boolean {
  const file = path.slice(path.lastIndexOf("/") + 1);
  return file === "index.ts" || SEAMS.includes(file) || path in SIDE_DOORS;
}

/** The room that a path is in, or undefined when none is declared for it. */
export function roomOf(path: string): string | undefined {
  const rooms = Object.keys(MAY_IMPORT).filter((room) => path === room || path.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0];
}

/** Modules that only some may import: the platforms, and what reaches out. */
export const PACKAGES: readonly { readonly packages: RegExp; readonly within: RegExp; readonly why: string }[] = [
  {
    packages: /^cloudflare:/,
    within: /^edge\/(session|mirror\/|fleet|pass|tenant|worker\.ts)/,
    why: "objects and the Worker touch the platform",
  },
  {
    packages: /^node:/,
    within: /^(origin-agent\/(device|runtime)|tools|examples)\/|\.config\.ts$/,
    why: "no page and no edge has Node",
  },
  { packages: /^(hono|@hono\/)/, within: /^edge\/(app\.ts|http|routes)/, why: "HTTP ends at the routes" },
  { packages: /^oauth4webapi$/, within: /^edge\/signin\//, why: "one file speaks to identity providers" },
  { packages: /^itty-/, within: /^edge\/pass\//, why: "one module stands between us and it" },
  {
    packages: /^jose$/,
    within: /^(edge\/(access|audit|signin)|tools)\//,
    why: "signatures are made and read in one room",
  },
  {
    packages: /^zod/,
    within: /^(edge|web-client\/(sdk|embed)|tools)\//,
    why: "foreign input becomes typed at the doors",
  },
  { packages: /^node-av/, within: /^origin-agent\/encode\//, why: "encoders stand behind one port" },
  { packages: /^@napi-rs\/canvas$/, within: /^origin-agent\/device\/demo\//, why: "only the demo phone is drawn" },
  { packages: /^@fontsource/, within: /^origin-agent\/device\/demo\/ui\//, why: "only the demo phone brings fonts" },
  {
    packages: /^@yume-chan\//,
    within: /^origin-agent\/device\/android\//,
    why: "one driver speaks to the ADB server",
  },
  { packages: /^ws$/, within: /^origin-agent\/link\//, why: "sockets stand behind one port" },
  { packages: /^vite/, within: /\.config\.ts$/, why: "a build tool is no part of what it builds" },
];

/** Rooms that may import no package but these. */
export const ONLY_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "edge/protocol": ["zod/mini"],
  "edge/relay": [],
  "web-client/sdk": ["zod/mini"],
  "web-client/embed": ["zod/mini"],
};
