import { NEVER_NEEDED, type Permission } from "./permissions.ts";
import type { Runtime } from "./runtime.ts";

type Kind = Permission["kind"] | (typeof NEVER_NEEDED)[number];

/** The few members of Deno's namespace that are used: the type check is Node's, which knows none of them. */
declare const Deno: {
  readonly version: { readonly deno: string };
  readonly args: readonly string[];
  readonly env: { get(name: string): string | undefined };
  readonly permissions: { querySync(descriptor: Readonly<Record<string, string>>): { readonly state: string } };
  readTextFile(path: string): Promise<string>;
  readFile(path: string): Promise<Uint8Array>;
  addSignalListener(signal: "SIGINT" | "SIGTERM", run: () => void): void;
  exit(code: number): never;
};

/** What a query calls the extent of a permission. */
const EXTENT = {
  net: "host",
  env: "variable",
  read: "path",
  write: "path",
  sys: "kind",
  ffi: "path",
} as const satisfies Record<Permission["kind"], string>;

export const runtime: Runtime = {
  name: `deno ${Deno.version.deno}`,
  args: Deno.args,
  env: (name) => Deno.env.get(name),
  readText: (path) => Deno.readTextFile(path),
  readBytes: (path) => Deno.readFile(path),
  onStop: (stop) => {
    Deno.addSignalListener("SIGINT", stop);
    Deno.addSignalListener("SIGTERM", stop);
  },
  exit: (code) => Deno.exit(code),
  log: (line) => console.log(line),
  complain: (line) => console.error(line),
  permissions: (needed) =>
    [
      ...needed.map(describe),
      ...NEVER_NEEDED.map((kind) => `${kind} ${isGranted({ name: kind }) ? "ALL" : "none"}`),
    ].join("; "),
};

function describe({ kind, values }: Permission): string {
  if (isGranted({ name: kind })) return `${kind} ALL`;
  if (values.length === 0) return `${kind} none`;
  const words = values.map((value) =>
    isGranted({ name: kind, [EXTENT[kind]]: value }) ? value : `${value} (missing)`,
  );
  return `${kind} ${words.join(", ")}`;
}

function isGranted(descriptor: { readonly name: Kind } & Readonly<Record<string, string>>): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}
