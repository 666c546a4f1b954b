import { fileURLToPath } from "node:url";
import { createTestHarness } from "wrangler";
import { originChannel, SUBPROTOCOL, viewerChannel } from "#protocol";
import type { TicketClaims } from "../../edge/access/claims.ts";

/** Nothing on loopback takes a hundredth of it. */
const DEADLINE_MS = 10_000;

/** A real workerd with the edge's objects and the baseline, and sockets into both. */
export class BenchEdge {
  readonly #harness = createTestHarness({
    workers: [{ configPath: fileURLToPath(new URL("../wrangler.toml", import.meta.url)) }],
  });
  #url = new URL("http://127.0.0.1");

  async start(): Promise<void> {
    // Else Request.cf is fetched from the network.
    process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
    this.#url = (await this.#harness.listen()).url;
  }

  async stop(): Promise<void> {
    await this.#harness.close();
  }

  async broadcast(name: string): Promise<WebSocket> {
    return await opened(new WebSocket(this.#socketUrl(`/broadcast?name=${name}`)));
  }

  async openSession(name: string): Promise<void> {
    const device = {
      id: "bench",
      name: "Bench",
      model: "Bench",
      kind: "demo",
      width: 720,
      height: 1280,
      videoCodecs: ["h264"],
      features: [],
      apps: [],
    };
    const spec = { session: name, tenant: "default", fleet: "v1:default:local", device };
    const answer = await fetch(new URL(`/open?name=${name}`, this.#url), {
      method: "POST",
      body: JSON.stringify(spec),
    });
    if ((await answer.json()) !== true) throw new Error("the session did not open");
  }

  /** An origin's socket that has been welcomed and has shown its display (epoch 0). */
  async origin(name: string): Promise<WebSocket> {
    const socket = await this.#session(name, { role: "origin", session: name });
    socket.send(originChannel.write({ type: "hello", protocol: 1, agent: "bench", resumed: false }));
    await textOf(socket, "welcome");
    socket.send(
      originChannel.write({ type: "display", epoch: 0, width: 720, height: 1280, rotation: 0, codec: "h264" }),
    );
    return socket;
  }

  /** A viewer's socket that has been welcomed. */
  async viewer(name: string): Promise<WebSocket> {
    const admission = await (await fetch(new URL(`/admit?name=${name}`, this.#url))).json();
    const socket = await this.#session(name, admission.claims);
    socket.send(viewerChannel.write({ type: "hello", protocol: 1, client: "bench", videoCodecs: ["h264"] }));
    await textOf(socket, "welcome");
    return socket;
  }

  async #session(name: string, claims: TicketClaims): Promise<WebSocket> {
    const verified = { ...claims, id: crypto.randomUUID(), expiresAt: Date.now() + 30_000 };
    const query = `name=${name}&claims=${encodeURIComponent(JSON.stringify(verified))}`;
    return await opened(new WebSocket(this.#socketUrl(`/session?${query}`), SUBPROTOCOL));
  }

  #socketUrl(path: string): string {
    return new URL(path, this.#url).href.replace(/^http/, "ws");
  }
}

async function opened(socket: WebSocket): Promise<WebSocket> {
  socket.binaryType = "arraybuffer";
  await inTime("The socket", socket, (came) => socket.addEventListener("open", () => came(), { once: true }));
  return socket;
}

async function textOf(socket: WebSocket, type: string): Promise<void> {
  await inTime(`The ${type}`, socket, (came) => {
    socket.addEventListener("message", function listen({ data }: MessageEvent): void {
      if (typeof data !== "string" || !data.includes(`"type":"${type}"`)) return;
      socket.removeEventListener("message", listen);
      came();
    });
  });
}

/** Wait for what a socket brings. @throws Error when the socket closes first, or it takes too long */
export async function inTime(what: string, socket: WebSocket, listen: (came: () => void) => void): Promise<void> {
  const waiting = Promise.withResolvers<void>();
  const closed = ({ code, reason }: CloseEvent) =>
    waiting.reject(new Error(`${what} did not come: closed with ${code} ${reason}`));
  const late = setTimeout(() => waiting.reject(new Error(`${what} did not come: is the machine busy?`)), DEADLINE_MS);
  socket.addEventListener("close", closed, { once: true });
  listen(waiting.resolve);
  try {
    await waiting.promise;
  } finally {
    clearTimeout(late);
    socket.removeEventListener("close", closed);
  }
}
