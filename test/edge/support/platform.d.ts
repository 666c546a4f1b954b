/** The edge's own bindings and exports, for `import { env, exports } from "cloudflare:workers"`. */
// biome-ignore lint/style/noNamespace: the way in which the platform's types are completed
declare namespace Cloudflare {
  interface Env extends ImportedEnv {}
  interface GlobalProps {
    mainModule: typeof import("../../../edge/worker.ts");
    durableNamespaces: "SessionObject" | "MirrorObject" | "FleetObject" | "TenantObject" | "PassObject";
  }
}

type ImportedEnv = import("../../../edge/env.ts").Env;

/** A file as it stands, by way of the bundler. */
declare module "*.toml?raw" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a file has no names to give
  export default text;
}
