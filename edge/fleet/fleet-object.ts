import { DurableObject } from "cloudflare:workers";
import {
  type CloseName,
  type DeviceDescription,
  type HostMessage,
  hostChannel,
  PROTOCOL_VERSION,
  ProtocolFault,
  unreachable,
} from "#protocol";
import {
  CLAIMS_HEADER,
  type EnrolmentClaims,
  signingKey,
  signToken,
  TICKET_LIFE_SECONDS,
  ticketKind,
} from "../access/index.ts";
import type { Env } from "../env.ts";
import { sessionStub } from "../session/index.ts";
import {
  answerClose,
  answerPings,
  closeSocket,
  faultClose,
  Liveness,
  refuseSocket,
  upgraded,
} from "../socket/index.ts";
import type { DeviceStatus, FleetRpc, HostStatus, LeaseAnswer, LeaseRequest } from "./contract.ts";
import { HostSockets } from "./host-sockets.ts";
import { forOneApp, hasAppOf } from "./one-app.ts";
import { placeLease } from "./placement.ts";
import { FleetStore, type Lease, type StoredDevice } from "./store.ts";
import { HELLO_MS, HOST_GRACE_MS, LEASE_MS, RESERVATION_MS } from "./terms.ts";

/** The devices of one tenant in one region: which hosts offer them, and which sessions hold them. */
export class FleetObject extends DurableObject<Env> implements FleetRpc {
  readonly #store: FleetStore;
  readonly #sockets: HostSockets;
  readonly #liveness: Liveness;
  /** The alarm that is set, as far as this object knows since it woke; Unix milliseconds. */
  #alarmAt: number | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new FleetStore(ctx.storage.sql);
    this.#sockets = new HostSockets(ctx.getWebSockets());
    answerPings(ctx);
    this.#liveness = new Liveness(ctx);
    // A restart takes sockets without a word: their hosts' grace begins when it is noticed.
    const at = Date.now();
    const lost = this.#store.onlineHosts().filter((host) => !this.#sockets.isOnline(host));
    for (const host of lost) this.#store.hostAway(host, at + HOST_GRACE_MS);
    if (lost.length > 0) this.#scheduleWake(at);
  }

  async lease({ session, device: wanted, sharedBy, app }: LeaseRequest): Promise<LeaseAnswer> {
    const joined = sharedBy === undefined ? undefined : this.#store.sharedLease(sharedBy);
    const joinedDevice = joined && this.#store.description(joined);
    if (joined !== undefined && joinedDevice !== undefined) {
      return { leased: true, session: joined.session, joined: true, device: joinedDevice };
    }
    const hasApp = ({ description }: StoredDevice) => app === undefined || hasAppOf(description, app);
    const placement = placeLease(this.#store.devices(), wanted, hasApp);
    if (!placement.placed) return { leased: false, refusal: placement.refusal };
    const { host, id, description } = placement.device;
    const at = Date.now();
    this.#store.addLease({ session, host, device: id, app }, sharedBy, at + RESERVATION_MS);
    this.#scheduleWake(at);
    return {
      leased: true,
      session,
      joined: false,
      device: app === undefined ? description : forOneApp(description, app),
    };
  }

  async serve(session: string): Promise<boolean> {
    const lease = this.#store.lease(session);
    if (lease === undefined || lease.served) return lease !== undefined;
    this.#store.keepLease(session, Date.now() + LEASE_MS);
    await this.#tellToServe(lease);
    return true;
  }

  async renewLease(session: string): Promise<boolean> {
    return this.#store.keepLease(session, Date.now() + LEASE_MS);
  }

  async release(session: string): Promise<void> {
    const lease = this.#store.lease(session);
    if (lease === undefined) return;
    this.#dropLease(lease, Date.now());
  }

  async devices(): Promise<readonly DeviceStatus[]> {
    return this.#store.devices().map(({ host, description, state }) => ({ host, device: description, state }));
  }

  async hosts(): Promise<readonly HostStatus[]> {
    return this.#store.hosts();
  }

  async revokeHost(host: string, at: number): Promise<void> {
    const leases = this.#store.leasesOf(host);
    for (const lease of leases) this.#dropLease(lease, at);
    this.#store.revokeHost(host, at);
    const socket = this.#sockets.dropHost(host);
    if (socket !== undefined) closeSocket(socket, "revoked");
    await this.#endRevoked(leases);
  }

  async revokeDevice(host: string, device: string): Promise<boolean> {
    if (!this.#store.setRevoked(host, device, true)) return false;
    const lease = this.#store.leaseOn(host, device);
    if (lease === undefined) return true;
    this.#dropLease(lease, Date.now());
    await this.#endRevoked([lease]);
    return true;
  }

  async restoreDevice(host: string, device: string): Promise<boolean> {
    return this.#store.setRevoked(host, device, false);
  }

  /** The leases are dropped already, so that what a session gives back on its way out is nothing. */
  async #endRevoked(leases: readonly Lease[]): Promise<void> {
    await Promise.all(leases.map(({ session }) => sessionStub(this.env.SESSION, session).end("revoked")));
  }

  /** A host's control socket, whose enrolment token the Worker has verified; nothing else comes this way. */
  override async fetch(request: Request): Promise<Response> {
    // Safe: the Worker makes this request anew, and puts verified EnrolmentClaims into this header.
    const claims = JSON.parse(request.headers.get(CLAIMS_HEADER) ?? "null") as EnrolmentClaims | null;
    if (claims === null) return new Response(null, { status: 400 });
    const { 0: client, 1: socket } = new WebSocketPair();
    const at = Date.now();
    if (this.#store.isRevoked(claims.host, claims.madeAt ?? 0)) {
      refuseSocket(socket, "ticketRefused");
      return upgraded(client);
    }
    this.ctx.acceptWebSocket(socket);
    this.#liveness.accepted(socket, at);
    const before = this.#sockets.add(socket, { host: claims.host, helloBy: at + HELLO_MS });
    if (before !== undefined) closeSocket(before, "originReplaced");
    this.#store.hostAway(claims.host, at + HOST_GRACE_MS);
    this.#scheduleWake(at);
    return upgraded(client);
  }

  override webSocketMessage(socket: WebSocket, data: ArrayBuffer | string): void {
    const memory = this.#sockets.memoryOf(socket);
    const at = Date.now();
    if (this.#liveness.heard(socket, data, at) || memory === undefined) return;
    try {
      if (typeof data !== "string") throw new ProtocolFault("unexpected-message", "a host sends no frames");
      this.#said(socket, memory.host, hostChannel.parse(data), at);
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      this.#close(socket, faultClose(error), at);
    }
    this.#scheduleWake(at);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code);
    this.#gone(socket, Date.now());
  }

  override webSocketError(socket: WebSocket): void {
    this.#close(socket, "messageTooBig", Date.now());
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = undefined;
    const at = Date.now();
    for (const socket of this.#sockets.silent(at)) this.#close(socket, "helloTimeout", at);
    for (const socket of this.#liveness.due(at)) this.#close(socket, "silent", at);
    for (const lease of this.#store.overdueLeases(at)) this.#endLease(lease, at);
    this.#store.forgetHosts(at);
    this.#scheduleWake(at);
  }

  #said(socket: WebSocket, host: string, message: HostMessage, at: number): void {
    if ((message.type === "hello") === this.#sockets.isOnline(host))
      throw new ProtocolFault("unexpected-message", "hello comes first, and once");
    switch (message.type) {
      case "hello":
        if (message.protocol !== PROTOCOL_VERSION)
          throw new ProtocolFault("unsupported-version", "hello of another version");
        return this.#greet(socket, host, message, at);
      case "devices":
        return this.#announce(host, message.devices, at);
      case "serve-failed": {
        const lease = this.#store.lease(message.session);
        if (lease?.host === host) this.#endLease(lease, at);
        return;
      }
      case "bye":
        // It left on purpose: no grace.
        closeSocket(socket, "sessionEnded");
        this.#sockets.drop(socket);
        this.#store.hostAway(host, at);
        for (const lease of this.#store.leasesOf(host)) this.#endLease(lease, at);
        return;
      default:
        unreachable(message);
    }
  }

  /** The host's and the fleet's idea of what is served are made one: the fleet's. */
  #greet(socket: WebSocket, host: string, hello: Extract<HostMessage, { type: "hello" }>, at: number): void {
    expectDistinct(hello.devices);
    this.#sockets.greeted(socket, { host });
    this.#store.hostOnline(host);
    this.#sockets.tell(host, { type: "welcome", protocol: PROTOCOL_VERSION, host });
    this.#announce(host, hello.devices, at);
    const leases = this.#store.leasesOf(host);
    for (const session of hello.serving) {
      if (!leases.some((lease) => lease.session === session)) this.#sockets.tell(host, { type: "stop", session });
    }
    for (const lease of leases) {
      if (lease.served && !hello.serving.includes(lease.session)) this.ctx.waitUntil(this.#tellToServe(lease));
    }
  }

  #announce(host: string, devices: readonly DeviceDescription[], at: number): void {
    expectDistinct(devices);
    this.#store.setDevices(host, devices);
    for (const lease of this.#store.leasesWithoutDevice(host)) this.#endLease(lease, at);
  }

  async #tellToServe({ session, host, device, app }: Lease): Promise<void> {
    const key = await signingKey(this.env.SIGNING_KEY);
    const signature = { id: crypto.randomUUID(), at: Date.now(), lifeSeconds: TICKET_LIFE_SECONDS };
    const { token } = await signToken(ticketKind, { role: "origin", session }, key, signature);
    // While the ticket was signed the lease may have been given back: then its `stop` was the last word.
    if (this.#store.lease(session) !== undefined)
      this.#sockets.tell(host, {
        type: "serve",
        session,
        device,
        ticket: token,
        ...(app === undefined ? {} : { app }),
      });
  }

  /**
   * The lease ends from this side, and the session with it. The session answers by releasing what it does not hold any
   * more, so neither may wait for the other. Should it not hear this, it learns the same at its next renewal.
   */
  #endLease(lease: Lease, at: number): void {
    this.#dropLease(lease, at);
    this.ctx.waitUntil(sessionStub(this.env.SESSION, lease.session).end("device-offline"));
  }

  #dropLease(lease: Lease, at: number): void {
    this.#store.removeLease(lease, at);
    if (lease.served) this.#sockets.tell(lease.host, { type: "stop", session: lease.session });
  }

  #close(socket: WebSocket, reason: CloseName, at: number): void {
    closeSocket(socket, reason);
    this.#gone(socket, at);
  }

  /** Told twice, or late by a socket that was replaced, it changes nothing. */
  #gone(socket: WebSocket, at: number): void {
    const memory = this.#sockets.memoryOf(socket);
    if (memory === undefined) return;
    this.#sockets.drop(socket);
    this.#store.hostAway(memory.host, at + HOST_GRACE_MS);
    this.#scheduleWake(at);
  }

  /** One alarm for everything that waits for a moment. An alarm that rings early finds nothing due, and is set again. */
  #scheduleWake(at: number): void {
    const moments = [this.#store.nextDue(), this.#sockets.nextDue(), this.#liveness.dueAt];
    const next = Math.max(at, Math.min(...moments.map((due) => due ?? Number.POSITIVE_INFINITY)));
    if (next === Number.POSITIVE_INFINITY) return;
    if (this.#alarmAt !== undefined && this.#alarmAt <= next) return;
    this.#alarmAt = next;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(next));
  }
}

function expectDistinct(devices: readonly DeviceDescription[]): void {
  const ids = new Set(devices.map((device) => device.id));
  if (ids.size !== devices.length) throw new ProtocolFault("bad-value", "two devices of one host have the same id");
}
