import { DurableObject } from "cloudflare:workers";
import { type Connection, Server } from "partyserver";
import { SUBPROTOCOL } from "#protocol";
import { CLAIMS_HEADER } from "../edge/access/claims.ts";
import { createApp } from "../edge/app.ts";
import type { Env } from "../edge/env.ts";
import { answerTenant } from "./tenant-worker.ts";

/** The real one, for openings, beside the one that the other parts do without. */
export { FleetObject as HostsObject } from "../edge/fleet/index.ts";
/** The edge's own objects beside the baselines, in one workerd: what the bench compares. */
export { MirrorObject, PassObject, SessionObject, TenantObject } from "../edge/worker.ts";

/** No hosts here: every device lease is good. */
export class FleetObject extends DurableObject {
  renewLease(): boolean {
    return true;
  }
  release(): void {}
}

/** B1: the fifteen lines that anybody would write first. Texts are acknowledgements, which it hears and does not pass on. */
export class BroadcastObject extends DurableObject {
  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  override webSocketMessage(sender: WebSocket, message: ArrayBuffer | string): void {
    if (typeof message === "string") return;
    for (const socket of this.ctx.getWebSockets()) if (socket !== sender) socket.send(message);
  }
}

/** B2: the same with PartyServer, as its own documents show it. */
export class PartyObject extends Server {
  static override options = { hibernate: true };
  override onMessage(sender: Connection, message: string | ArrayBuffer | ArrayBufferView): void {
    if (typeof message !== "string") this.broadcast(message, [sender.id]);
  }
}

interface BenchEnv extends Env {
  readonly BROADCAST: DurableObjectNamespace<BroadcastObject>;
  readonly PARTY: DurableObjectNamespace<PartyObject>;
  readonly HOSTS: Env["FLEET"];
}

const app = createApp();

/** Opens sockets without the doors in front: tickets are not what is measured, but where the whole edge is asked. */
export default {
  async fetch(request: Request, env: BenchEnv, ctx: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.startsWith("/api/")) return await app.fetch(request, { ...env, FLEET: env.HOSTS }, ctx);
    const name = searchParams.get("name") ?? "";
    if (pathname === "/broadcast") return env.BROADCAST.get(env.BROADCAST.idFromName(name)).fetch(request);
    if (pathname === "/party") return env.PARTY.get(env.PARTY.idFromName(name)).fetch(request);
    if (pathname.startsWith("/tenant/")) return await answerTenant(request, env, pathname.slice("/tenant/".length));
    const session = env.SESSION.get(env.SESSION.idFromName(name));
    if (pathname === "/open") {
      const spec: Parameters<typeof session.open>[0] = await request.json();
      return Response.json(await session.open(spec));
    }
    if (pathname === "/admit")
      return Response.json(await session.admit({ rights: ["view", "audio", "touch", "keyboard"] }));
    const claims = searchParams.get("claims") ?? "";
    const headers = { Upgrade: "websocket", "Sec-WebSocket-Protocol": SUBPROTOCOL, [CLAIMS_HEADER]: claims };
    return session.fetch("https://edge/socket", { headers });
  },
};
