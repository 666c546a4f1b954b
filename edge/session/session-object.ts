import { DurableObject } from "cloudflare:workers";
import type { FileAnswer, FileWant } from "#protocol";
import { CLAIMS_HEADER, type ShownResume, type VerifiedTicket } from "../access/claims.ts";
import type { Env } from "../env.ts";
import { jurisdictionOf, within } from "../jurisdiction/index.ts";
import type { Attachment, MirrorState } from "../mirror-link/contract.ts";
import { mirrorStub } from "../mirror-link/index.ts";
import { createRelay, nextWake, rememberRelay, restoreRelay, type SocketMemory } from "../relay/index.ts";
import {
  answerClose,
  answerPings,
  closeSocket,
  Liveness,
  refuseSocket,
  type SeatSocket,
  upgraded,
} from "../socket/index.ts";
import { TENANT_OBJECT } from "../tenant/contract.ts";
import type {
  Admission,
  ChangedSeat,
  FileOutcome,
  RevokedSeat,
  RevokedSeats,
  SeatRequest,
  SessionQuality,
  SessionRpc,
  SessionSpec,
} from "./contract.ts";
import { FileCalls } from "./file-calls.ts";
import { LiveSession, type SessionHost, socketMemory } from "./live-session.ts";
import { mirrorFor } from "./mirror-for.ts";
import { MirrorLinks } from "./mirror-links.ts";
import { isAtRest, PictureAtRest } from "./picture-at-rest.ts";
import { QualityBook } from "./quality.ts";
import { SessionStore } from "./store.ts";
import { whoConnects } from "./who-connects.ts";

/** The fleet's lease runs 30 minutes; renewed with two tries to spare. */
const LEASE_RENEWAL_MS = 10 * 60_000;
/** How long an ended session is remembered as such: far longer than any ticket or join under way. */
const ENDED_KEPT_MS = 60 * 60_000;
type EndReason = Parameters<SessionRpc["end"]>[0];

const CLOSE_FOR = { ended: "sessionEnded", "device-offline": "deviceOffline", revoked: "revoked" } as const;

/** One session: the thin shell between the platform and the relay's rules. */
export class SessionObject extends DurableObject<Env> implements SessionRpc {
  readonly #store: SessionStore;
  readonly #liveness: Liveness;
  #spec: SessionSpec | undefined;
  /** Undefined before the session is opened and after it has ended. */
  #live: LiveSession | undefined;
  #nextConnection = 1;
  /** The alarm that is set, as far as this object knows since it woke; Unix milliseconds. */
  #alarmAt: number | undefined;
  #renewAt = 0;
  readonly #mirrors = new MirrorLinks({
    live: () => this.#live,
    stub: (mirror) => mirrorStub(this.env.MIRROR, this.#spec?.session ?? "", mirror),
    nextConnection: () => this.#nextConnection++,
    background: (work) => this.ctx.waitUntil(work),
    happened: (at) => this.#scheduleWake(at),
  });
  readonly #files = new FileCalls();
  /** The tenant took the seats away: it is told of them by the answer. */
  #isRevoking = false;
  readonly #picture: PictureAtRest;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new SessionStore(ctx.storage.sql);
    this.#picture = new PictureAtRest(this.#store);
    answerPings(ctx);
    this.#liveness = new Liveness(ctx);
    const stored = this.#store.load();
    if (stored === undefined || stored.ended || stored.memory === undefined) return;
    this.#spec = stored.spec;
    const sockets = ctx.getWebSockets();
    this.#nextConnection = 1 + highestConnection(sockets.map(socketMemory).filter((memory) => memory !== undefined));
    const seats = [...sockets, ...this.#mirrors.restore(stored.memory.seats)];
    const memories = seats.map(socketMemory).filter((memory) => memory !== undefined);
    const { session, device } = stored.spec;
    const at = Date.now();
    const picture = this.#store.picture();
    const state = restoreRelay({ session, device, memory: stored.memory, sockets: memories, picture }, at);
    if (picture.length > 0) this.#picture.restored(state);
    this.#renewAt = at;
    this.#live = this.#goLive(state, seats);
    // A seat whose socket a restart took has its grace from now: written down, or every wake would begin it anew.
    const memory = rememberRelay(state);
    if (JSON.stringify(memory) !== JSON.stringify(stored.memory)) this.#store.remember(memory);
  }

  async open(spec: SessionSpec): Promise<boolean> {
    if (this.#live !== undefined) return true;
    if (this.#store.load() !== undefined) return false;
    const at = Date.now();
    const state = createRelay(spec.session, spec.device, at);
    this.#store.open(spec, rememberRelay(state));
    this.#spec = spec;
    this.#renewAt = at + LEASE_RENEWAL_MS;
    this.#live = this.#goLive(state, []);
    this.#scheduleWake(at);
    return true;
  }

  async admit({ near, app, allowance, times, ...seat }: SeatRequest): Promise<Admission> {
    const live = this.#live;
    const isOther = app !== undefined && live?.state.device.onlyApp !== app;
    if (live === undefined || isOther) return { admitted: false, refusal: "no-such-session" };
    const place = mirrorFor(live.state, near);
    if (place === "full") return { admitted: false, refusal: "session-full" };
    const mirror = place.mirror === undefined ? {} : { mirror: place.mirror };
    const id = crypto.randomUUID();
    const at = Date.now();
    const limits = { ...(allowance === undefined ? {} : { allowance }), ...(times === undefined ? {} : { times }) };
    live.happened({ type: "seat-admitted", at, seat: id, rights: seat.rights, ...limits, ...mirror });
    this.#scheduleWake(at);
    const { session } = live.state;
    return { admitted: true, claims: { role: "viewer", session, seat: id, ...seat, ...mirror } };
  }

  async renew(resume: string, near?: DurableObjectLocationHint): Promise<Admission> {
    const live = this.#live;
    if (live === undefined) return { admitted: false, refusal: "no-such-session" };
    const { session, seats } = live.state;
    const holder = this.#store.tokenShown(resume);
    if (holder?.role === "origin") return { admitted: true, claims: { role: "origin", session } };
    const seat = holder === undefined ? undefined : seats.get(holder.seat);
    if (seat === undefined) return { admitted: false, refusal: "resume-refused" };
    const place = mirrorFor(live.state, near, seat.id);
    if (place === "full") return { admitted: false, refusal: "session-full" };
    const mirror = place.mirror === undefined ? {} : { mirror: place.mirror };
    return { admitted: true, claims: { role: "viewer", session, seat: seat.id, rights: seat.rights, ...mirror } };
  }

  async attach(mirror: MirrorState, up: ReadableStream<Uint8Array>): Promise<Attachment> {
    const live = this.#live;
    return live === undefined ? { attached: false } : this.#mirrors.attach(live, mirror, up, Date.now());
  }

  async owner(): Promise<string | undefined> {
    return (this.#spec ?? this.#store.load()?.spec)?.tenant;
  }

  async quality(): Promise<SessionQuality | undefined> {
    if (this.#live !== undefined) return this.#live.quality.read();
    return this.#store.load() === undefined ? undefined : new QualityBook(this.#store).read();
  }

  async revoke(seats: readonly string[] | "all"): Promise<RevokedSeats> {
    const live = this.#live;
    if (live === undefined) return { seats: [], ended: true };
    const at = Date.now();
    // On its way before the answer: then the tenant forgets whose seats they were.
    if (this.#spec !== undefined) this.#tellUses(live, this.#spec);
    const revoked = this.#revokeQuietly(live, seats === "all" ? [...live.state.seats.keys()] : seats, at);
    this.#files.judgeAnew(live);
    const ended = live.state.seats.size === 0;
    if (!ended) {
      this.#scheduleWake(at);
      return { seats: revoked, ended };
    }
    const { lastFrame } = endOf(live);
    await this.#end("revoked");
    return { seats: revoked, ended, ...(lastFrame === undefined ? {} : { lastFrame }) };
  }

  async change(seats: readonly ChangedSeat[]): Promise<void> {
    const at = Date.now();
    for (const { seat, terms } of seats) this.#live?.happened({ type: "seat-changed", at, seat, terms });
    if (this.#live !== undefined) this.#files.judgeAnew(this.#live);
    this.#scheduleWake(at);
  }

  #revokeQuietly(live: LiveSession, seats: readonly string[], at: number): RevokedSeat[] {
    this.#isRevoking = true;
    try {
      return live.revoke(seats, at);
    } finally {
      this.#isRevoking = false;
    }
  }

  async askAboutFile(resume: string, want: FileWant, bytes?: Uint8Array): Promise<FileOutcome> {
    const live = this.#live;
    // Of a session that never was there is no table to look into.
    const asker = live === undefined ? undefined : this.#store.holderOf(resume);
    return await this.#files.ask(live, asker, want, bytes);
  }

  async bytesOfFileCall(call: string): Promise<Uint8Array | undefined> {
    return this.#files.bytesOf(call);
  }

  async answerFileCall(call: string, answer: FileAnswer | Uint8Array): Promise<boolean> {
    return this.#files.answered(call, answer);
  }

  async end(reason: EndReason): Promise<void> {
    const live = this.#live;
    const spec = this.#spec;
    if (live === undefined || spec === undefined) return;
    const tenant = this.#tenant(spec);
    live.usage.closed(Date.now());
    this.#tellUses(live, spec, tenant);
    this.ctx.waitUntil(tenant.sessionEnded({ session: spec.session, reason, ...endOf(live) }));
    await this.#end(reason);
  }

  async #end(reason: EndReason): Promise<void> {
    const live = this.#live;
    const spec = this.#spec;
    if (live === undefined || spec === undefined) return;
    this.#live = undefined;
    this.#files.lost("no-such-session");
    const mirrors = this.#mirrors.end(live.state, CLOSE_FOR[reason]);
    live.closeAll(CLOSE_FOR[reason], Date.now());
    this.#store.end();
    await this.ctx.storage.setAlarm(Date.now() + ENDED_KEPT_MS);
    await Promise.all([mirrors, this.#fleet(spec).release(spec.session)]);
  }

  /** A WebSocket whose ticket the Worker has verified, or that shows a resume token; nothing else comes this way. */
  override async fetch(request: Request): Promise<Response> {
    // Safe: the Worker makes this request anew, and puts one of these into this header.
    const shown = JSON.parse(request.headers.get(CLAIMS_HEADER) ?? "null") as VerifiedTicket | ShownResume | null;
    if (shown === null) return new Response(null, { status: 400 });
    const { 0: client, 1: socket } = new WebSocketPair();
    const at = Date.now();
    const admitted = whoConnects(this.#live, this.#store, shown, this.#nextConnection, at);
    if (typeof admitted === "string") refuseSocket(socket, admitted);
    else {
      this.#nextConnection += 1;
      this.ctx.acceptWebSocket(socket);
      this.#liveness.accepted(socket, at);
      if (admitted.event.type === "origin-connected") this.#files.lost("device-offline");
      admitted.live.connected(socket, admitted.event);
    }
    this.#scheduleWake(at);
    return upgraded(client);
  }

  override webSocketMessage(socket: WebSocket, data: ArrayBuffer | string): void {
    const at = Date.now();
    if (this.#liveness.heard(socket, data, at)) return;
    let kind: "frame" | "other" | undefined;
    try {
      kind = this.#live?.received(socket, data, at);
    } catch (bug) {
      closeSocket(socket, "internal");
      this.#gone(socket);
      throw bug;
    }
    // Not for a frame: setting an alarm is a write.
    if (kind === "frame") this.#mirrors.wakeForFrame();
    else this.#scheduleWake(at);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code);
    this.#gone(socket);
  }

  override webSocketError(socket: WebSocket): void {
    closeSocket(socket, "messageTooBig");
    this.#gone(socket);
  }

  #gone(socket: WebSocket): void {
    const at = Date.now();
    this.#live?.gone(socket, at);
    if (this.#live?.state.origin.phase === "away") this.#files.lost("device-offline");
    this.#scheduleWake(at);
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = undefined;
    if (this.#live === undefined) return await this.#forgetUnlessJustEnded();
    const at = Date.now();
    for (const socket of this.#liveness.due(at)) {
      closeSocket(socket, "silent");
      this.#live.gone(socket, at);
    }
    this.#live.happened({ type: "woke", at });
    if (this.#live === undefined) return;
    if ((this.#live.usage.dueAt ?? at + 1) <= at && this.#spec !== undefined) this.#tellUses(this.#live, this.#spec);
    this.#picture.due(this.#live.state, at);
    if (this.#holdsNothingUp(this.#live, at)) this.#live.quality.save();
    this.#mirrors.due(this.#live, at);
    await this.#renewLease(at);
    this.#scheduleWake(Date.now());
  }

  /** An alarm that was on its way while the session ended is not the one that was set for forgetting it. */
  async #forgetUnlessJustEnded(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.deleteAll();
  }

  /** A write holds back what is sent after it: while pictures move there is none, but for the one with a renewal. */
  #holdsNothingUp({ state }: LiveSession, at: number): boolean {
    return at >= this.#renewAt || isAtRest(state, at);
  }

  async #renewLease(at: number): Promise<void> {
    const spec = this.#spec;
    if (this.#live === undefined || spec === undefined || at < this.#renewAt) return;
    this.#renewAt = at + LEASE_RENEWAL_MS;
    if (!(await this.#fleet(spec).renewLease(spec.session))) await this.end("device-offline");
  }

  /** One alarm for everything that waits for a moment. An alarm that rings early finds nothing due, and is set again. */
  #scheduleWake(at: number): void {
    if (this.#live === undefined) return;
    // Who sits at a mirror is known there only.
    this.#mirrors.wakeRestored();
    // After every message but a frame, so nothing is allocated.
    const rules = Math.min(this.#renewAt, nextWake(this.#live.state) ?? Number.POSITIVE_INFINITY);
    const others = Math.min(
      this.#picture.dueAt(this.#live.state) ?? Number.POSITIVE_INFINITY,
      this.#mirrors.dueAt() ?? Number.POSITIVE_INFINITY,
      this.#live.usage.dueAt ?? Number.POSITIVE_INFINITY,
      this.#liveness.dueAt,
    );
    const next = Math.max(at, Math.min(rules, others));
    if (this.#alarmAt !== undefined && this.#alarmAt <= next) return;
    this.#alarmAt = next;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(next, { allowUnconfirmed: true }));
  }

  #goLive(state: LiveSession["state"], sockets: Iterable<SeatSocket>): LiveSession {
    const end = (reason: EndReason) => this.ctx.waitUntil(this.end(reason));
    const seatOver: SessionHost["seatOver"] = (seat, reason) => this.#tellSeatOver(seat, reason);
    return new LiveSession(state, { store: this.#store, end, seatOver }, sockets);
  }

  /** The tenant counts who sits where, for its limits and for whoever is revoked. */
  #tellSeatOver(seat: string, reason: Parameters<SessionHost["seatOver"]>[1]): void {
    const spec = this.#spec;
    if (spec === undefined || this.#isRevoking) return;
    const tenant = this.#tenant(spec);
    // First, by the same stub: afterwards the tenant does not know whose seat it was.
    if (this.#live !== undefined) this.#tellUses(this.#live, spec, tenant);
    this.ctx.waitUntil(tenant.seatLeft(spec.session, seat, reason));
  }

  /** For the audit log. What could not be told is told with the next. */
  #tellUses({ usage }: LiveSession, spec: SessionSpec, tenant = this.#tenant(spec)): void {
    const uses = usage.take();
    if (uses.length === 0) return;
    const told = tenant.used(spec.session, uses);
    this.ctx.waitUntil(told.catch(() => usage.putBack(uses, Date.now())));
  }

  #tenant({ tenant }: SessionSpec) {
    const there = within(jurisdictionOf(tenant), this.env.TENANT);
    return there.get(there.idFromName(`${TENANT_OBJECT}${tenant}`));
  }

  #fleet({ tenant, fleet }: SessionSpec) {
    const there = within(jurisdictionOf(tenant), this.env.FLEET);
    return there.get(there.idFromName(fleet));
  }
}

/** How far the pictures came, if they did. */
function endOf({ state }: LiveSession): { readonly lastFrame?: number } {
  return state.cursors.video === undefined ? {} : { lastFrame: state.cursors.video };
}

function highestConnection(memories: readonly SocketMemory[]): number {
  return memories.reduce((highest, { connection }) => Math.max(highest, connection), 0);
}
