import { ADB_VARIABLE, type Config, HOME_VARIABLE, TOKEN_VARIABLE } from "../config.ts";

/** One kind of Deno permission and how far it goes. */
export interface Permission {
  readonly kind: "net" | "env" | "read" | "write" | "sys" | "ffi";
  readonly values: readonly string[];
}

/** Kinds that the agent never needs. */
export const NEVER_NEEDED = ["run", "import"] as const;

/** What of the command line decides about permissions. */
export type PermittedConfig = Pick<Config, "edge" | "token" | "android">;

const MODULES = decodeURIComponent(new URL("../../node_modules", import.meta.url).pathname);

/**
 * All that the agent needs, in one place. Native code is the one wide door: drawing and encoding are libraries, and
 * a library that is loaded is not held by the sandbox (https://docs.deno.com/runtime/fundamentals/security/#ffi).
 */
export function neededPermissions({ edge, token, android }: PermittedConfig): readonly Permission[] {
  const edgeAddress = `${edge.hostname}:${edge.port || (edge.protocol === "https:" ? "443" : "80")}`;
  return [
    { kind: "net", values: [edgeAddress, ...(android === undefined ? [] : androidAddresses(android))] },
    { kind: "env", values: [TOKEN_VARIABLE, ADB_VARIABLE, ...(android === undefined ? [] : [HOME_VARIABLE])] },
    {
      kind: "read",
      values: [
        // @napi-rs/canvas looks into ldd to tell glibc from musl.
        "/usr/bin/ldd",
        ...(token.from === "file" ? [token.path] : []),
        ...(android === undefined ? [] : [android.serverFile]),
        ...(android?.consoles === undefined ? [] : [android.consoles.tokenFile]),
      ],
    },
    // @napi-rs/canvas asks where the person's own fonts are.
    { kind: "sys", values: ["homedir"] },
    { kind: "ffi", values: [`${MODULES}/@napi-rs`, `${MODULES}/@seydx`] },
    { kind: "write", values: [...(android?.cameras ?? []), ...(android?.microphones ?? [])].map(({ path }) => path) },
  ];
}

function androidAddresses({ adb, consoles }: NonNullable<Config["android"]>): string[] {
  return [addressOf(adb), ...(consoles?.ports ?? []).map((port) => `127.0.0.1:${port}`)];
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The same as flags of `deno run`. The libraries look for dozens of variables; `--ignore-env` lets them find none
 * instead of failing.
 */
export function denoFlags(permissions: readonly Permission[]): readonly string[] {
  return [
    "--no-prompt",
    "--ignore-env",
    // A kind without values would be given whole.
    ...permissions.flatMap(({ kind, values }) => (values.length === 0 ? [] : [`--allow-${kind}=${values.join(",")}`])),
  ];
}
