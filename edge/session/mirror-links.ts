import type { CloseName, Right } from "#protocol";
import type { Attachment, MirrorRpc, MirrorState, NextFrame } from "../mirror-link/contract.ts";
import { type DownRecord, Link, type SeatSocketName, type UpRecord, up } from "../mirror-link/index.ts";
import type { Connection, RelayMemory, RelayState } from "../relay/index.ts";
import { closeSocket } from "../socket/index.ts";
import { HomeLink } from "./home-link.ts";
import type { LiveSession } from "./live-session.ts";
import { ANY_CONNECTION, GONE_CONNECTION, RemoteSeat } from "./remote-seat.ts";

/** What the session's object does for its mirrors. */
export interface MirrorHost {
  /** Undefined once the session has ended. */
  live(): LiveSession | undefined;
  stub(mirror: string): MirrorRpc;
  nextConnection(): Connection;
  /** Goes on beside everything else; what fails in it is a bug. */
  background(work: Promise<void>): void;
  /** Something happened that may change when the object must wake. */
  happened(at: number): void;
}

/** All mirrors of one session, from the home's side (docs/protocol.md, G). */
export class MirrorLinks {
  readonly #host: MirrorHost;
  readonly #homes = new Map<string, HomeLink>();
  /** This object slept or was restarted, and has not asked its mirrors since who is there. */
  #isRestored = false;

  constructor(host: MirrorHost) {
    this.#host = host;
  }

  /** Stand-ins for the sockets that mirrors held when this object slept or was restarted. */
  restore(seats: RelayMemory["seats"]): RemoteSeat[] {
    this.#isRestored = true;
    return seats.flatMap(({ id, rights, mirror, until }) => {
      if (mirror === undefined || until !== undefined) return [];
      const home = this.#homeOf(mirror);
      const connection = this.#host.nextConnection();
      const memory = { role: "viewer", seat: id, connection, phase: "waiting", until: 0 } as const;
      const say = (record: DownRecord) => home.say(record);
      const remote = new RemoteSeat({ seat: id, connection: ANY_CONNECTION }, rights, say, memory);
      home.seats.set(id, remote);
      return [remote];
    });
  }

  /** A mirror opens the link, or opens it anew. */
  attach(live: LiveSession, mirror: MirrorState, incoming: ReadableStream<Uint8Array>, at: number): Attachment {
    const home = this.#homeOf(mirror.mirror);
    const link = new Link<UpRecord, DownRecord>();
    live.happened({ type: "mirror-detached", at, mirror: home.mirror, cut: false });
    const hasLost = home.attach(link, at);
    this.#compare(live, home, hasLost ? { ...mirror, cut: true } : mirror, at);
    const connection = this.#host.nextConnection();
    const { video, hasPicture } = mirror;
    const event = { type: "mirror-attached", at, mirror: home.mirror, connection, hasPicture } as const;
    live.mirrorAttached(home, video === undefined ? event : { ...event, video });
    const events = {
      received: (records: readonly UpRecord[]) => this.#received(home, link, records),
      ended: (finished: boolean) => this.#ended(home, link, finished),
    };
    this.#host.background(link.read(incoming, up, events));
    this.#host.happened(at);
    return { attached: true, device: live.state.device, down: link.outgoing };
  }

  /** Ask who sits at the mirrors of before the sleep, once what woke this object has been done: a frame goes along. */
  wakeRestored(): void {
    if (this.#isRestored) this.wakeForFrame();
  }

  /** Whoever misses a frame by a link that rests is woken. Called with every frame: at most ten are looked at. */
  wakeForFrame(): void {
    this.#isRestored = false;
    for (const home of this.#homes.values()) if (home.frameCame()) this.#wake(home);
  }

  /** When the rules of links next need the clock, Unix milliseconds. */
  dueAt(): number | undefined {
    let next: number | undefined;
    for (const home of this.#homes.values()) {
      const due = home.dueAt();
      if (due !== undefined && (next === undefined || due < next)) next = due;
    }
    return next;
  }

  /** Do what has come due: put to rest what is still, and try again what could not be woken. */
  due(live: LiveSession, at: number): void {
    for (const home of this.#homes.values()) {
      const due = home.dueAt();
      if (due === undefined || due > at) continue;
      if (home.isAttached) {
        live.happened({ type: "mirror-detached", at, mirror: home.mirror, cut: false });
        home.rest();
      } else if (home.retryAt !== undefined) {
        home.retryAt = undefined;
        this.#wake(home);
      } else home.cutResting();
    }
  }

  /** The session is over: each mirror is told to close its sockets so. */
  async end(state: RelayState, reason: CloseName): Promise<void> {
    const mirrors = new Set(this.#homes.keys());
    for (const { mirror } of state.seats.values()) if (mirror !== undefined) mirrors.add(mirror);
    for (const home of this.#homes.values()) home.end();
    // One that cannot be reached comes back by itself, and is told then.
    await Promise.allSettled([...mirrors].map((mirror) => this.#host.stub(mirror).end(reason)));
  }

  /** What is known here of the mirror's sockets, and what it says of them. */
  #compare(live: LiveSession, home: HomeLink, { cut, sockets }: MirrorState, at: number): void {
    for (const { welcomed, ...name } of sockets) {
      const known = home.seats.get(name.seat);
      const seat = live.state.seats.get(name.seat);
      const isKnown = known?.connection === name.connection && seat?.presence.phase === "watching";
      if (!welcomed && cut && isKnown) this.#welcomeLost(live, home, known, at);
      else if (!welcomed) this.#connect(live, home, name, at);
      else if (seat === undefined) this.#refuse(home, name, "ticketRefused");
      else if (seat.presence.phase !== "absent" && seat.mirror !== home.mirror)
        this.#refuse(home, name, "seatReplaced");
      else if (!cut && known !== undefined && isSame(known, name) && seat.presence.phase === "watching") {
        known.connection = name.connection;
      } else {
        const connection = this.#host.nextConnection();
        const event = { type: "viewer-continued", at, seat: name.seat, mirror: home.mirror, connection } as const;
        live.connected(this.#remote(home, name, seat.rights), event);
      }
    }
    const there = new Set(sockets.map(({ seat }) => seat));
    for (const [seat, remote] of home.seats) if (!there.has(seat)) this.#gone(live, home, remote, at);
  }

  /** Its welcome was on the link that was cut: it comes back at once, instead of waiting for what was said already. */
  #welcomeLost(live: LiveSession, home: HomeLink, remote: RemoteSeat, at: number): void {
    this.#gone(live, home, remote, at);
    closeSocket(remote, "internal");
  }

  #connect(live: LiveSession, home: HomeLink, name: SeatSocketName, at: number): void {
    const seat = live.state.seats.get(name.seat);
    if (seat === undefined) return this.#refuse(home, name, "ticketRefused");
    const known = home.seats.get(name.seat);
    // Told twice. A mirror that was restarted counts from 1 again, so an equal number alone does not say that.
    if (known?.connection === name.connection && seat.presence.phase === "greeting") return;
    // The mirror has closed the older socket, or lost it: what is still said to that must not reach the new one.
    if (known !== undefined) known.connection = GONE_CONNECTION;
    const { rights } = seat;
    const connection = this.#host.nextConnection();
    const { mirror } = home;
    const event = { type: "viewer-connected", at, seat: name.seat, rights, connection, mirror } as const;
    live.connected(this.#remote(home, name, rights), event);
  }

  #remote(home: HomeLink, name: SeatSocketName, rights: readonly Right[]): RemoteSeat {
    const remote: RemoteSeat = new RemoteSeat(name, rights, (record) => home.say(record));
    home.seats.set(name.seat, remote);
    return remote;
  }

  #refuse(home: HomeLink, name: SeatSocketName, reason: CloseName): void {
    closeSocket(new RemoteSeat(name, [], (record) => home.say(record)), reason);
  }

  #gone(live: LiveSession, home: HomeLink, remote: RemoteSeat, at: number): void {
    if (home.seats.get(remote.seat) === remote) home.seats.delete(remote.seat);
    live.gone(remote, at);
  }

  #received(home: HomeLink, link: Link<UpRecord, DownRecord>, records: readonly UpRecord[]): void {
    const live = this.#host.live();
    if (live === undefined || !home.isCurrent(link)) return;
    const at = Date.now();
    home.moved(at);
    for (const record of records) this.#receivedOne(live, home, record, at);
    this.#host.happened(at);
  }

  #receivedOne(live: LiveSession, home: HomeLink, record: UpRecord, at: number): void {
    const { mirror } = home;
    switch (record.kind) {
      case "ack":
        return live.happened({ type: "mirror-acknowledged", at, mirror, video: record.video });
      case "wish-keyframe":
        return live.happened({ type: "mirror-wished-keyframe", at, mirror });
      case "rate":
        return live.happened({ type: "mirror-limited", at, mirror, bitrate: record.bitrate });
      case "sent":
        // Also of a seat that is gone from there: it is said when the mirror hears of that.
        return live.sentByMirror(record.seat, record, at);
      case "connected":
        return this.#connect(live, home, record, at);
      default: {
        const remote = home.seats.get(record.seat);
        if (remote === undefined || !isSame(remote, record)) return;
        remote.connection = record.connection;
        if (record.kind === "left") this.#gone(live, home, remote, at);
        else this.#said(live, home, remote, record.kind === "said" ? record.text : record.message, at);
      }
    }
  }

  /** A bug of ours ends the socket that met it, as at home, and not the link of all. */
  #said(live: LiveSession, home: HomeLink, remote: RemoteSeat, data: ArrayBuffer | string, at: number): void {
    try {
      live.received(remote, data, at);
    } catch (bug) {
      closeSocket(remote, "internal");
      this.#gone(live, home, remote, at);
      this.#host.background(Promise.reject(bug));
    }
  }

  #ended(home: HomeLink, link: Link<UpRecord, DownRecord>, finished: boolean): void {
    const live = this.#host.live();
    if (live === undefined || !home.isCurrent(link)) return;
    const at = Date.now();
    const cut = home.ended(link, finished);
    live.happened({ type: "mirror-detached", at, mirror: home.mirror, cut });
    if (cut && home.seats.size > 0) this.#wake(home);
    this.#host.happened(at);
  }

  #wake(home: HomeLink): void {
    if (home.isWaking || home.isAttached) return;
    home.isWaking = true;
    this.#host.background(this.#wakeNow(home));
  }

  async #wakeNow(home: HomeLink): Promise<void> {
    const answer = await this.#host
      .stub(home.mirror)
      .wake(this.#nextFor(home))
      .catch(() => undefined);
    const live = this.#host.live();
    if (live === undefined) return;
    home.isWaking = false;
    if (home.isAttached) return;
    const at = Date.now();
    // One that said it comes may be held up or lost on its way: until it attaches it is asked again.
    if (answer?.anybody === false || !home.retryLater(at, Math.random())) {
      for (const remote of [...home.seats.values()]) this.#gone(live, home, remote, at);
      home.forget();
    }
    this.#host.happened(at);
  }

  /** What is said meanwhile comes first: it may be that a seat has no right to pictures any more. */
  #nextFor(home: HomeLink): NextFrame | undefined {
    const state = this.#host.live()?.state;
    const message = state?.cache.frames.at(-1);
    if (state === undefined || message === undefined || home.hasWaiting) return undefined;
    return { device: state.device, message };
  }

  #homeOf(mirror: string): HomeLink {
    const home = this.#homes.get(mirror) ?? new HomeLink(mirror, (one) => this.#wake(one));
    this.#homes.set(mirror, home);
    return home;
  }
}

function isSame(remote: RemoteSeat, { connection }: SeatSocketName): boolean {
  return remote.connection === connection || remote.connection === ANY_CONNECTION;
}
