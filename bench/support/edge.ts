import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { WebSocket } from "ws";
import { childrenNamed, memoryBytes } from "./processes.ts";
import { HEIGHT, WIDTH } from "./stream.ts";

const NAME = "nearglass-bench";
const OBJECTS = {
  SESSION: "SessionObject",
  MIRROR: "MirrorObject",
  FLEET: "FleetObject",
  HOSTS: "HostsObject",
  PASS: "PassObject",
  TENANT: "TenantObject",
  BROADCAST: "BroadcastObject",
  PARTY: "PartyObject",
};
/** As in production they are asked for every time, and are not what is measured. */
const RATES = ["SIGNIN_RATE", "REDEEM_RATE", "TICKET_RATE", "FAILURE_RATE"] as const;
/** One does not give back everything at once. */
const COLLECTIONS = 4;
const COLLECTION_PAUSE_MS = 500;
const HEAP_QUESTION = COLLECTIONS + 1;
const DEBUGGER_DEADLINE_MS = 15_000;
const BUNDLING_DEADLINE_MS = 60_000;

/**
 * One workerd with the edge's objects and the baselines, and nothing in front of it: the development server would put
 * a second workerd on the way, which nobody has in production.
 */
export class BenchEdge {
  readonly #folder = mkdtempSync(join(tmpdir(), "nearglass-bench-"));
  readonly #weighed: boolean;
  readonly #signingKey: string | undefined;
  #miniflare: Miniflare | undefined;
  #debugger: WebSocket | undefined;
  #pid = 0;
  #port = "";

  /**
   * @param weighed its memory will be asked for, which takes a debugger's port
   * @param signingKey for what signs: an Ed25519 private key as JWK in JSON
   */
  constructor({ weighed = false, signingKey }: { readonly weighed?: boolean; readonly signingKey?: string } = {}) {
    this.#weighed = weighed;
    this.#signingKey = signingKey;
  }

  async start(): Promise<void> {
    await bundle(this.#folder);
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        name: NAME,
        cf: false,
        host: "127.0.0.1",
        port: 0,
        ...(this.#weighed ? { inspectorPort: 0 } : {}),
        rootPath: this.#folder,
        modulesRoot: this.#folder,
        modules: [{ type: "ESModule", path: "worker.js" }],
        compatibilityDate: "2026-11-17",
        compatibilityFlags: ["no_web_socket_compression"],
        durableObjects: Object.fromEntries(
          Object.entries(OBJECTS).map(([binding, className]) => [binding, { className, useSQLite: true }]),
        ),
        ratelimits: Object.fromEntries(
          RATES.map((rate, index) => [
            rate,
            { namespace_id: String(index + 1), simple: { limit: 1_000_000, period: 60 } },
          ]),
        ),
        bindings: {
          ADMIN_TOKEN: this.adminToken,
          ...(this.#signingKey === undefined ? {} : { SIGNING_KEY: this.#signingKey }),
        },
        // Reachable from the emulated networks too.
        unsafeDirectSockets: [{ host: "0.0.0.0", port: 0 }],
      }),
    );
    this.#miniflare = miniflare;
    const before = childrenNamed(process.pid, "workerd");
    await miniflare.ready;
    this.#port = (await miniflare.unsafeGetDirectURL()).port;
    const [pid] = childrenNamed(process.pid, "workerd").filter((child) => !before.includes(child));
    if (pid === undefined) throw new Error("workerd is no child of this process");
    this.#pid = pid;
  }

  /** New in every run: who asks the whole edge. */
  readonly adminToken = randomUUID();

  async stop(): Promise<void> {
    this.#debugger?.close();
    await this.#miniflare?.dispose();
    rmSync(this.#folder, { recursive: true });
  }

  /** Of workerd. */
  get pid(): number {
    return this.#pid;
  }

  /** What workerd holds once its garbage is collected: by itself it does that when it pleases, tens of megabytes late. */
  async memory(): Promise<number> {
    this.#debugger ??= await this.#attach();
    let lowest = Number.POSITIVE_INFINITY;
    for (let id = 1; id <= COLLECTIONS; id += 1) {
      this.#debugger.send(JSON.stringify({ id, method: "HeapProfiler.collectGarbage" }));
      await once(this.#debugger, "message", within());
      await pause(COLLECTION_PAUSE_MS);
      lowest = Math.min(lowest, memoryBytes(this.#pid));
    }
    return lowest;
  }

  /** Of the objects' JavaScript, bytes: what their code holds on to, beside what the runtime needs for itself. */
  async heap(): Promise<number> {
    await this.memory();
    this.#debugger?.send(JSON.stringify({ id: HEAP_QUESTION, method: "Runtime.getHeapUsage" }));
    const [answer] = this.#debugger === undefined ? [] : await once(this.#debugger, "message", within());
    // Safe: so the protocol of V8's debugger answers this question.
    return (JSON.parse(String(answer)) as { result: { usedSize: number } }).result.usedSize;
  }

  /** Once for all: one that comes while another leaves is not always answered. */
  async #attach(): Promise<WebSocket> {
    const url = await this.#miniflare?.getInspectorURL();
    const attached = new WebSocket(new URL(`/core:user:${NAME}`, url));
    await once(attached, "open", within());
    return attached;
  }

  /** @param host this machine, as it is called from where the caller stands */
  base(host = "127.0.0.1"): string {
    return `http://${host}:${this.#port}`;
  }

  async openSession(name: string): Promise<void> {
    const device = {
      id: "bench",
      name: "Bench",
      model: "Bench",
      kind: "demo",
      width: WIDTH,
      height: HEIGHT,
      videoCodecs: ["h264"],
      features: [],
      apps: [],
    };
    const spec = { session: name, tenant: "default", fleet: "v1:default:local", device };
    const body = JSON.stringify(spec);
    const answer = await fetch(`${this.base()}/open?name=${name}`, { method: "POST", body });
    if ((await answer.json()) !== true) throw new Error("the session did not open");
  }

  /** Take the Session object out of memory, and its sockets with it: what a deploy does. */
  async restart(name: string): Promise<void> {
    await this.#evict(name, "close");
  }

  /** Whether the Session object has hibernated, or does so when it is told to. */
  async hibernates(name: string): Promise<boolean> {
    try {
      await this.#evict(name, "hibernate");
      return true;
    } catch (error) {
      // Nothing held it, and it went by itself.
      return error instanceof Error && error.message.includes("not currently running");
    }
  }

  async #evict(name: string, webSockets: "close" | "hibernate"): Promise<void> {
    await this.#miniflare?.unsafeEvictDurableObject(NAME, OBJECTS.SESSION, { name, webSockets });
  }
}

function within(): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(DEBUGGER_DEADLINE_MS) };
}

/** The worker in one file, as it would be deployed. */
async function bundle(folder: string): Promise<void> {
  const wrangler = fileURLToPath(new URL("../../node_modules/wrangler/bin/wrangler.js", import.meta.url));
  const config = fileURLToPath(new URL("../wrangler.toml", import.meta.url));
  const words = [wrangler, "deploy", "--dry-run", "--outdir", folder, "--config", config];
  await promisify(execFile)(process.execPath, words, {
    timeout: BUNDLING_DEADLINE_MS,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_WRITE_LOGS: "false" },
  });
}
