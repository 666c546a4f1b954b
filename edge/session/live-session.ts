import {
  type CloseName,
  type FrameKind,
  isFrame,
  originChannel,
  ProtocolFault,
  type Right,
  readFrameHeader,
  readInput,
  summarizeAges,
  type ToOriginMessage,
  toOriginChannel,
  toViewerChannel,
  unreachable,
  viewerChannel,
} from "#protocol";
import {
  apply,
  type Connection,
  frameArrived,
  framesShown,
  lentFrameArrived,
  type RelayEffect,
  type RelayEvent,
  type RelayState,
  rememberOrigin,
  rememberRelay,
  rememberSeat,
  type SocketMemory,
} from "../relay/index.ts";
import { closeSocket, faultClose, type SeatSocket, sendOn } from "../socket/index.ts";
import type { RevokedSeat } from "./contract.ts";
import { QualityBook } from "./quality.ts";
import { randomToken } from "./random-token.ts";
import type { SessionStore, TokenHolder } from "./store.ts";
import { UsageBook } from "./usage.ts";

/** No frame for so long: a write now holds none up. Viewers report when nothing came for twice this time. */
const STILL_MS = 1_000;

/** A socket of a seat. One that stands for a socket at a mirror says there which frames the seat may have. */
export interface SeatOutlet extends SeatSocket {
  permit?(rights: readonly Right[]): void;
}

/** What a live session cannot do alone. */
export interface SessionHost {
  readonly store: SessionStore;
  /** The session is over: close the books. */
  end(reason: "ended" | "device-offline"): void;
  /** The seat is over: nobody comes back to it. */
  seatOver(seat: string, reason: "idle" | "length" | undefined): void;
}

export type Connected = Extract<
  RelayEvent,
  { type: "viewer-connected" | "viewer-resumed" | "viewer-continued" | "origin-connected" }
>;

/**
 * One open session in memory: turns what sockets deliver into events for the relay, and carries out its effects.
 * It decides nothing.
 */
export class LiveSession {
  readonly state: RelayState;
  readonly quality: QualityBook;
  /** What of its rights a seat uses. */
  readonly usage: UsageBook;
  readonly #host: SessionHost;
  readonly #seats = new Map<string, SeatOutlet>();
  /** What takes the frames of a mirror, and its geometry as text. */
  readonly #mirrors = new Map<string, Pick<SeatSocket, "send">>();
  #origin: SeatSocket | undefined;
  readonly #memories = new WeakMap<SeatSocket, SocketMemory>();
  /** Of the frames that are forwarded just now; what comes out of the cache is video. */
  #forwarding: FrameKind = "video";

  constructor(state: RelayState, host: SessionHost, sockets: Iterable<SeatSocket>) {
    this.state = state;
    this.#host = host;
    this.quality = new QualityBook(host.store);
    this.usage = new UsageBook(state);
    for (const socket of sockets) this.#adopt(socket, socketMemory(socket));
  }

  /** A fresh socket whose ticket was accepted, before anything was said on it. */
  connected(socket: SeatSocket, event: Connected): void {
    const effects = this.#apply(event);
    const memory =
      event.type === "origin-connected" ? rememberOrigin(this.state) : rememberSeat(this.state, event.seat);
    if (memory !== undefined) {
      // Whoever is replaced must be closed while it is still the known socket.
      this.#carryOut(effects.filter((effect) => effect.type === "close-seat" || effect.type === "close-origin"));
      this.#adopt(socket, memory);
      socket.serializeAttachment(memory);
    }
    this.#carryOut(effects.filter((effect) => effect.type !== "close-seat" && effect.type !== "close-origin"));
  }

  mirrorAttached(outlet: Pick<SeatSocket, "send">, event: Extract<RelayEvent, { type: "mirror-attached" }>): void {
    this.#mirrors.set(event.mirror, outlet);
    this.happened(event);
  }

  /** Told by a mirror of one of its seats. */
  sentByMirror(seat: string, sent: Parameters<QualityBook["sentByMirror"]>[1], at: number): void {
    this.quality.sentByMirror(seat, sent);
    this.#saveAtRest(at);
  }

  /**
   * A message of any socket. A peer that breaks the protocol loses its socket, and nobody else notices.
   * @returns `frame` for one that went its way: it changes nothing that waits for a moment
   */
  received(socket: SeatSocket, data: ArrayBuffer | string, at: number): "frame" | "other" {
    const memory = this.#memoryOf(socket);
    if (memory === undefined || !this.#isCurrent(memory)) return "other";
    try {
      if (memory.role === "viewer") this.#viewerSent(memory.seat, data, at);
      else if (typeof data === "string") this.happened({ type: "origin-said", at, message: originChannel.parse(data) });
      else {
        this.#frameSent(data, at);
        return "frame";
      }
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      closeSocket(socket, faultClose(error));
      this.gone(socket, at);
    }
    return "other";
  }

  /**
   * A socket closed or failed; told twice, or late, it changes nothing. One that we closed stays among the object's
   * sockets until its peer answers, which a dead peer never does: after a sleep it must not be taken for its seat's.
   */
  gone(socket: SeatSocket, at: number): void {
    const memory = this.#memoryOf(socket);
    if (memory === undefined) return;
    this.#memories.delete(socket);
    socket.serializeAttachment(null);
    const { connection } = memory;
    if (memory.role === "viewer" && !this.#isReplaced(memory.seat, connection)) this.quality.left(memory.seat, at);
    this.happened(
      memory.role === "origin"
        ? { type: "origin-left", at, connection }
        : { type: "viewer-left", at, seat: memory.seat, connection },
    );
  }

  happened(event: RelayEvent): void {
    this.#carryOut(this.#apply(event));
  }

  #apply(event: RelayEvent): readonly RelayEffect[] {
    const effects = apply(this.state, event);
    this.usage.happened(event, effects, this.state);
    return effects;
  }

  /** Ask the agent for something about files; what comes of it takes another way than the sockets. */
  callOrigin(message: Extract<ToOriginMessage, { type: "file-call" }>): void {
    this.#sendToOrigin(toOriginChannel.write(message));
  }

  /** Take these seats away. @returns those that were there, with what they were shown */
  revoke(seats: readonly string[], at: number): RevokedSeat[] {
    const there = seats.filter((seat) => this.state.seats.has(seat));
    return there.map((seat) => {
      const shown = framesShown(this.state, seat);
      this.happened({ type: "seat-revoked", at, seat });
      return { seat, ...shown };
    });
  }

  /** The session is over. */
  closeAll(reason: CloseName, at: number): void {
    for (const seat of this.#seats.keys()) this.quality.left(seat, at);
    this.quality.save();
    for (const socket of this.#seats.values()) closeSocket(socket, reason);
    if (this.#origin !== undefined) closeSocket(this.#origin, reason);
  }

  #frameSent(data: ArrayBuffer, at: number): void {
    if (this.state.origin.phase !== "online") throw new ProtocolFault("unexpected-message", "hello comes first");
    const header = readFrameHeader(data);
    const effects = frameArrived(this.state, { at, header, message: data });
    if (header.kind === "video") this.quality.frameArrived(data.byteLength, header.keyframe);
    this.#forwarding = header.kind;
    this.#carryOut(effects);
    this.#forwarding = "video";
  }

  #viewerSent(seat: string, data: ArrayBuffer | string, at: number): void {
    if (typeof data === "string") {
      this.happened({ type: "viewer-said", at, seat, message: viewerChannel.parse(data) });
      return;
    }
    if (isFrame(data)) return this.#carryOut(lentFrameArrived(this.state, seat, readFrameHeader(data), data, at));
    this.happened({ type: "input-arrived", at, seat, input: readInput(data), message: data });
  }

  #carryOut(effects: readonly RelayEffect[]): void {
    for (const effect of effects) this.#carryOutOne(effect);
  }

  #carryOutOne(effect: RelayEffect): void {
    switch (effect.type) {
      case "forward-frame":
        for (const seat of effect.seats) this.#sendToSeat(seat, effect.message);
        if (this.#forwarding === "video") this.quality.frameSent(effect.seats, effect.message.byteLength);
        return;
      case "forward-input":
      case "forward-lent":
        this.#sendToOrigin(effect.message);
        return;
      case "tell-seat":
        this.#sendToSeat(effect.seat, toViewerChannel.write(effect.message));
        return;
      case "tell-origin":
        if (effect.message.type === "keyframe-request") this.quality.keyframeAsked();
        this.#sendToOrigin(toOriginChannel.write(effect.message));
        return;
      case "welcome-seat": {
        this.quality.joined(effect.seat, effect.message.at / 1_000);
        const resume = this.#newToken({ role: "viewer", seat: effect.seat });
        this.#sendToSeat(effect.seat, toViewerChannel.write({ ...effect.message, resume }));
        return;
      }
      case "welcome-origin": {
        const resume = this.#newToken({ role: "origin" });
        this.#sendToOrigin(toOriginChannel.write({ ...effect.message, resume }));
        return;
      }
      case "note-seat":
        this.#note(this.#seats.get(effect.seat), rememberSeat(this.state, effect.seat));
        return;
      case "note-origin":
        this.#note(this.#origin, rememberOrigin(this.state));
        return;
      case "remember":
        this.#host.store.remember(rememberRelay(this.state));
        return;
      case "note-quality":
        this.#noteQuality(effect);
        return;
      case "close-seat":
        this.#closeConnection(this.#seats.get(effect.seat), effect.connection, effect.reason);
        return;
      case "close-origin":
        this.#closeConnection(this.#origin, effect.connection, effect.reason);
        return;
      case "forget-seat":
        this.#host.store.forgetTokens({ role: "viewer", seat: effect.seat });
        this.#host.seatOver(effect.seat, effect.reason);
        return;
      case "permit-frames":
        this.#seats.get(effect.seat)?.permit?.(effect.rights);
        return;
      case "end-session":
        this.#host.end(effect.reason);
        return;
      default:
        unreachable(effect);
    }
  }

  #noteQuality({ seat, report, at }: Extract<RelayEffect, { type: "note-quality" }>): void {
    this.quality.reported(seat, report, summarizeAges(this.state.ages), at);
    this.#saveAtRest(at);
  }

  /** Written down when the screen has come to rest: the object may sleep before anything else happens. */
  #saveAtRest(at: number): void {
    if (at - (this.state.cursors.videoAt ?? 0) >= STILL_MS) this.quality.save();
  }

  #sendToSeat(seat: string, message: ArrayBuffer | string): void {
    const socket = this.#seats.get(seat) ?? this.#mirrors.get(seat);
    if (socket !== undefined) sendOn(socket, message);
  }

  #sendToOrigin(message: ArrayBuffer | string): void {
    if (this.#origin !== undefined) sendOn(this.#origin, message);
  }

  #newToken(holder: TokenHolder): string {
    const token = randomToken();
    this.#host.store.addToken(token, holder);
    return token;
  }

  /** We closed it: its own close event may never come, so it counts as gone now. */
  #closeConnection(socket: SeatSocket | undefined, connection: number, reason: CloseName): void {
    if (socket === undefined || this.#memoryOf(socket)?.connection !== connection) return;
    closeSocket(socket, reason);
    this.gone(socket, Date.now());
  }

  #adopt(socket: SeatSocket, memory: SocketMemory | undefined): void {
    if (memory === undefined) return;
    this.#memories.set(socket, memory);
    if (!this.#isCurrent(memory)) return;
    if (memory.role === "origin") this.#origin = socket;
    else this.#seats.set(memory.seat, socket);
  }

  #note(socket: SeatSocket | undefined, memory: SocketMemory | undefined): void {
    if (socket === undefined || memory === undefined || this.#memoryOf(socket)?.connection !== memory.connection)
      return;
    if (memory.role === "viewer" && memory.phase === "waiting" && this.#phaseOf(socket) === "flowing")
      this.quality.stopped(memory.seat);
    this.#memories.set(socket, memory);
    socket.serializeAttachment(memory);
  }

  #phaseOf(socket: SeatSocket): SocketMemory["phase"] | undefined {
    return this.#memoryOf(socket)?.phase;
  }

  #memoryOf(socket: SeatSocket): SocketMemory | undefined {
    return this.#memories.get(socket) ?? socketMemory(socket);
  }

  #isReplaced(seat: string, connection: Connection): boolean {
    const presence = this.state.seats.get(seat)?.presence;
    return presence !== undefined && presence.phase !== "absent" && presence.connection !== connection;
  }

  /** A message of a socket that was replaced is not heard any more. */
  #isCurrent(memory: SocketMemory): boolean {
    if (memory.role === "origin") {
      return this.state.origin.phase !== "away" && this.state.origin.connection === memory.connection;
    }
    const presence = this.state.seats.get(memory.seat)?.presence;
    return presence !== undefined && presence.phase !== "absent" && presence.connection === memory.connection;
  }
}

/** What an accepted socket carries through sleep; undefined before it was adopted. */
export function socketMemory(socket: SeatSocket): SocketMemory | undefined {
  // Safe: only this module writes attachments, and only values of this type.
  return (socket.deserializeAttachment() as SocketMemory | null) ?? undefined;
}
