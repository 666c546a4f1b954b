import { DurableObject } from "cloudflare:workers";
import type { CloseName } from "#protocol";
import { CLAIMS_HEADER, type VerifiedTicket } from "../access/claims.ts";
import type { Env } from "../env.ts";
import type { MirrorRpc, NextFrame } from "../mirror-link/contract.ts";
import { sessionStub } from "../session/session-id.ts";
import { answerClose, answerPings, closeSocket, Liveness, refuseSocket, upgraded } from "../socket/index.ts";
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
  readonly #liveness: Liveness;
  /** When it forgets itself; undefined while somebody is here, and when there is nothing to forget. */
  #forgetAt: number | undefined;
  /** The alarm that is set, as far as this object knows since it woke; Unix milliseconds. */
  #alarmAt: number | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new MirrorStore(ctx.storage.sql);
    answerPings(ctx);
    this.#liveness = new Liveness(ctx);
    this.#sockets = new SeatSockets(ctx.getWebSockets());
    this.#live = new LiveMirror(this.#sockets, (record, droppable) => this.#home.say(record, droppable));
    this.#home = new HomeConnection(this.#sockets, this.#live, {
      store: this.#store,
      home: (session) => sessionStub(this.env.SESSION, session),
      background: (work) => ctx.waitUntil(work),
      happened: () => this.#happened(Date.now()),
      sessionOver: () => this.#close("noSuchSession"),
    });
    // How long nobody has been here is not remembered through sleep; what must be kept until when, is.
    if (this.#sockets.size === 0 && this.#store.load() !== undefined) this.#forgetAt = this.#store.ticketsExpireAt();
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
      this.#liveness.accepted(socket, at);
      this.#connect(socket, ticket.seat);
    } else refuseSocket(socket, "ticketRefused");
    this.#happened(at);
    return upgraded(client);
  }

  async wake(next?: NextFrame): Promise<{ readonly anybody: boolean }> {
    const anybody = this.#sockets.size > 0;
    const identity = anybody && next !== undefined ? this.#store.load() : undefined;
    // Before the link is opened: how far the seats came is told with that.
    if (identity !== undefined && next !== undefined) this.#live.woken(identity, next, Date.now());
    if (anybody) this.#home.attach();
    this.#scheduleWake(Date.now());
    return { anybody };
  }

  async end(reason: CloseName): Promise<void> {
    await this.#close(reason);
  }

  override webSocketMessage(socket: WebSocket, data: ArrayBuffer | string): void {
    const at = Date.now();
    const memory = this.#sockets.memoryOf(socket);
    if (this.#liveness.heard(socket, data, at) || memory === undefined) return;
    try {
      this.#live.fromViewer(socket, memory, data, at);
    } catch (bug) {
      this.#live.close(socket, "internal");
      throw bug;
    } finally {
      this.#happened(at);
    }
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code);
    this.#live.gone(socket);
    this.#happened(Date.now());
  }

  override webSocketError(socket: WebSocket): void {
    this.#live.close(socket, "messageTooBig");
    this.#happened(Date.now());
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = undefined;
    const at = Date.now();
    if (this.#forgetAt !== undefined && at >= this.#forgetAt) return await this.#forget();
    const isForLiveness = this.#liveness.dueAt <= at;
    for (const socket of this.#liveness.due(at)) this.#live.close(socket, "silent");
    this.#live.due(at);
    this.#home.due(at);
    // Whether the link was lost is not remembered through sleep.
    if (this.#live.hasSlept && this.#sockets.size > 0 && !isForLiveness) this.#home.attach();
    this.#happened(at);
  }

  #connect(socket: WebSocket, seat: string): void {
    const { name, before } = this.#sockets.add(socket, seat);
    if (before !== undefined) {
      this.#live.forget(seat);
      closeSocket(before, "seatReplaced");
    }
    this.#home.say({ kind: "connected", ...name });
  }

  /** After everything that may have changed who is here, or what waits. */
  #happened(at: number): void {
    if (this.#sockets.size > 0) {
      this.#forgetAt = undefined;
      // One that was lost is tried again when its moment comes.
      if (this.#live.missesHome && this.#home.dueAt === undefined) this.#home.attach();
    } else {
      this.#home.leave();
      if (this.#forgetAt === undefined && this.#store.load() !== undefined) this.#forgetAt = at + FORGET_MS;
    }
    this.#scheduleWake(at);
  }

  /** One alarm for everything that waits for a moment. An alarm that rings early finds nothing due, and is set again. */
  #scheduleWake(at: number): void {
    const frames = this.#live.dueAt ?? Number.POSITIVE_INFINITY;
    const link = this.#home.dueAt ?? Number.POSITIVE_INFINITY;
    const silence = this.#sockets.size > 0 ? this.#liveness.dueAt : Number.POSITIVE_INFINITY;
    const due = Math.min(frames, link, silence, this.#forgetAt ?? Number.POSITIVE_INFINITY);
    if (due === Number.POSITIVE_INFINITY) return;
    const next = Math.max(at, due);
    if (this.#alarmAt !== undefined && this.#alarmAt <= next) return;
    this.#alarmAt = next;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(next, { allowUnconfirmed: true }));
  }

  async #close(reason: CloseName): Promise<void> {
    for (const { socket, memory } of this.#sockets.all()) {
      this.#sockets.drop(socket);
      this.#live.forget(memory.seat);
      closeSocket(socket, reason);
    }
    await this.#forget();
  }

  /** Back to an object that never was. */
  async #forget(): Promise<void> {
    this.#home.end();
    this.#forgetAt = undefined;
    this.#alarmAt = undefined;
    await this.ctx.storage.deleteAll();
  }
}
