import { DurableObject } from "cloudflare:workers";
import type { CloseName } from "#protocol";
import { CLAIMS_HEADER, type VerifiedTicket } from "../access/claims.ts";
import type { Env } from "../env.ts";
import type { MirrorRpc } from "../mirror-link/contract.ts";
import { sessionStub } from "../session/session-id.ts";
import { answerClose, answerPings, closeSocket, refuseSocket, upgraded } from "../socket/index.ts";
import { HomeConnection } from "./home-connection.ts";
import { LiveMirror } from "./live-mirror.ts";
import { SeatSockets } from "./seat-sockets.ts";
import { MirrorStore } from "./store.ts";

/** Without anybody it forgets itself: by then every ticket that was spent here has expired. */
const FORGET_MS = 60_000;

/** Serves viewers far from the session's home: the shell between the platform, the home, and the rules at a mirror. */
export class MirrorObject extends DurableObject<Env> implements MirrorRpc {
  readonly #store: MirrorStore;
  readonly #sockets: SeatSockets;
  readonly #live: LiveMirror;
  readonly #home: HomeConnection;
  /** When the alarm rings for a seat that is to be brought back, as far as it was set for one. */
  #retryAt: number | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new MirrorStore(ctx.storage.sql);
    answerPings(ctx);
    this.#sockets = new SeatSockets(ctx.getWebSockets());
    this.#live = new LiveMirror(this.#sockets, (record) => this.#home.say(record));
    this.#home = new HomeConnection(this.#sockets, this.#live, {
      store: this.#store,
      home: (session) => sessionStub(this.env.SESSION, session),
      background: (work) => ctx.waitUntil(work),
      wakeAt: (at) => ctx.waitUntil(ctx.storage.setAlarm(at, { allowUnconfirmed: true })),
      sessionOver: () => this.#close("noSuchSession"),
    });
  }

  /** A viewer's WebSocket, whose ticket the Worker has verified; anything else does not come this way. */
  override async fetch(request: Request): Promise<Response> {
    // Safe: the Worker makes this request anew, and puts a VerifiedTicket into this header.
    const ticket = JSON.parse(request.headers.get(CLAIMS_HEADER) ?? "null") as VerifiedTicket | null;
    if (ticket?.role !== "viewer" || ticket.mirror === undefined) return new Response(null, { status: 400 });
    const { 0: client, 1: socket } = new WebSocketPair();
    const at = Date.now();
    this.#store.open(ticket.session, ticket.mirror);
    if (this.#store.spendTicket(ticket.id, ticket.expiresAt, at)) {
      this.ctx.acceptWebSocket(socket);
      this.#connect(socket, ticket.seat);
    } else refuseSocket(socket, "ticketRefused");
    if (this.#sockets.size === 0) this.#home.nobodyLeft(at + FORGET_MS);
    return upgraded(client);
  }

  async wake(): Promise<{ readonly anybody: boolean }> {
    const anybody = this.#sockets.size > 0;
    if (anybody) this.#home.attach();
    return { anybody };
  }

  async end(reason: CloseName): Promise<void> {
    await this.#close(reason);
  }

  override webSocketMessage(socket: WebSocket, data: ArrayBuffer | string): void {
    const memory = this.#sockets.memoryOf(socket);
    if (memory === undefined) return;
    try {
      this.#live.fromViewer(socket, memory, data, Date.now());
    } catch (bug) {
      this.#live.close(socket, "internal");
      throw bug;
    } finally {
      this.#sweep();
      this.#planRetry();
    }
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code);
    this.#live.gone(socket);
    this.#sweep();
  }

  override webSocketError(socket: WebSocket): void {
    this.#live.close(socket, "messageTooBig");
    this.#sweep();
  }

  override async alarm(): Promise<void> {
    this.#retryAt = undefined;
    this.#live.due(Date.now());
    if (this.#sockets.size > 0) this.#home.attach();
    else await this.ctx.storage.deleteAll();
  }

  #connect(socket: WebSocket, seat: string): void {
    const { name, before } = this.#sockets.add(socket, seat);
    if (before !== undefined) {
      this.#live.forget(seat);
      closeSocket(before, "seatReplaced");
    }
    this.#home.say({ kind: "connected", ...name });
  }

  /** One alarm is all an object has: it rings for the earlier of what waits, and that is looked at whenever it rings. */
  #planRetry(): void {
    const due = this.#live.dueAt;
    if (due === undefined || (this.#retryAt !== undefined && this.#retryAt <= due)) return;
    this.#retryAt = due;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(due, { allowUnconfirmed: true }));
  }

  #sweep(): void {
    if (this.#sockets.size === 0) this.#home.nobodyLeft(Date.now() + FORGET_MS);
  }

  async #close(reason: CloseName): Promise<void> {
    this.#home.end();
    for (const { socket } of this.#sockets.all()) {
      this.#sockets.drop(socket);
      closeSocket(socket, reason);
    }
    await this.ctx.storage.deleteAll();
  }
}
