import {
  type CloseName,
  closeName,
  type DeviceDescription,
  type FrameKind,
  type InputMessage,
  isDroppable,
  isFrame,
  ProtocolFault,
  type Right,
  readFrameHeader,
  readInput,
  toViewerChannel,
  unreachable,
  type ViewerMessage,
  viewerChannel,
} from "#protocol";
import type { NextFrame } from "../mirror-link/contract.ts";
import type { DownRecord, UpRecord } from "../mirror-link/index.ts";
import {
  type ArrivedFrame,
  apply,
  createMirrorRelay,
  displayTold,
  frameFromHome,
  hasPicture,
  homeAttached,
  homeDetached,
  isNextFrame,
  nextRetry,
  passesRate,
  type RelayEffect,
  type RelayState,
  retryDue,
  type Shown,
  seatAwakes,
  seatGone,
  seatWatches,
  shownAt,
} from "../relay/index.ts";
import { closeSocket, faultClose, sendOn } from "../socket/index.ts";
import type { SeatMemory, SeatSockets } from "./seat-sockets.ts";
import { SentCounts } from "./sent-counts.ts";
import type { MirrorIdentity } from "./store.ts";

/** Sound that came without a video frame is acknowledged after so much of it: well within W-3's bound. */
const ACK_AUDIO_BYTES = 8 * 1024;

/**
 * The viewers of a mirror in memory: gives them what the home sends, by the rules of windows and joining, and takes what
 * they say to the home. It decides no right.
 */
export class LiveMirror {
  readonly #sockets: SeatSockets;
  readonly #say: (record: UpRecord, droppable?: boolean) => void;
  /** Undefined before the home was there for the first time since this object woke. */
  #relay: RelayState | undefined;
  #unacknowledgedAudio = 0;
  readonly #sent = new SentCounts();
  /** Of the frames that are forwarded just now; what comes out of the cache is video. */
  #forwarding: FrameKind = "video";

  /** @param say `droppable`: moves alone (I-3) */
  constructor(sockets: SeatSockets, say: (record: UpRecord, droppable?: boolean) => void) {
    this.#sockets = sockets;
    this.#say = say;
  }

  /** How far the seats here were shown pictures; undefined also when this object slept since. */
  get shown(): Shown | undefined {
    return this.#relay === undefined ? undefined : shownAt(this.#relay);
  }

  get hasPicture(): boolean {
    return this.#relay !== undefined && hasPicture(this.#relay.cache);
  }

  /** When the rules here next need the clock, Unix milliseconds. */
  get dueAt(): number | undefined {
    return this.#relay === undefined ? undefined : nextRetry(this.#relay);
  }

  /** A keyframe is wanted, and the home is not there to be asked. */
  get missesHome(): boolean {
    if (this.#relay === undefined) return false;
    return this.#relay.keyframes.wanted && this.#relay.origin.phase !== "online";
  }

  due(at: number): void {
    if (this.#relay !== undefined) this.#carryOut(retryDue(this.#relay, at));
  }

  get hasSlept(): boolean {
    return this.#relay === undefined;
  }

  /** @param shown how far the seats that are here were shown pictures before this object slept */
  attached(session: string, device: DeviceDescription, shown: Shown | undefined, at: number): void {
    this.#carryOut(homeAttached(this.#awake(session, device, shown, at), at));
  }

  /** The home wakes this mirror for a frame: shown at once, if it is the next. */
  woken({ session, shown }: MirrorIdentity, { device, message }: NextFrame, at: number): void {
    const header = readFrameHeader(message);
    const relay = this.#awake(session, device, shown, at);
    if (isNextFrame(relay, header)) this.#frame(relay, { at, header, message });
  }

  detached(at: number): void {
    if (this.#relay !== undefined) homeDetached(this.#relay, at);
  }

  /** @throws ProtocolFault when the home broke the protocol: the link is over */
  fromHome(records: readonly DownRecord[], at: number): void {
    let video = false;
    for (const record of records) {
      this.#fromHomeOne(record, at);
      if (record.kind !== "frame") continue;
      if (readFrameHeader(record.message).kind === "video") video = true;
      else this.#unacknowledgedAudio += record.message.byteLength;
    }
    if (!video && this.#unacknowledgedAudio < ACK_AUDIO_BYTES) return;
    this.#unacknowledgedAudio = 0;
    this.#say({ kind: "ack", video: video ? this.#relay?.cursors.video : undefined });
  }

  /** Something came of a viewer. Whoever breaks the protocol loses that socket (C-2). */
  fromViewer(socket: WebSocket, memory: SeatMemory, data: ArrayBuffer | string, at: number): void {
    try {
      if (typeof data === "string") this.#said(socket, memory, data, viewerChannel.parse(data), at);
      else if (isFrame(data)) this.#lent(socket, memory, data, at);
      else this.#steered(socket, memory, data, readInput(data), at);
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      this.close(socket, faultClose(error));
    }
  }

  /** A viewer's socket is gone; told twice, or late, it changes nothing. */
  gone(socket: WebSocket): void {
    const memory = this.#sockets.drop(socket);
    if (memory === undefined) return;
    this.forget(memory.seat);
    this.#tellSent(memory);
    this.#say({ kind: "left", seat: memory.seat, connection: memory.connection });
  }

  close(socket: WebSocket, reason: CloseName): void {
    closeSocket(socket, reason);
    this.gone(socket);
  }

  /** The link is put to rest: the home knows then of everything that was sent. */
  resting(): void {
    for (const { memory } of this.#sockets.all()) this.#tellSent(memory);
  }

  /** The seat has no socket here that the home has welcomed. */
  forget(seat: string): void {
    if (this.#relay !== undefined) seatGone(this.#relay, seat);
  }

  #said(socket: WebSocket, memory: SeatMemory, text: string, message: ViewerMessage, at: number): void {
    const { seat, connection } = memory;
    if (memory.welcomed !== undefined && this.#relay !== undefined) {
      if (message.type === "ack" || message.type === "keyframe-request") {
        return this.#carryOut(apply(this.#relay, { type: "viewer-said", at, seat, message }));
      }
      if (passesRate(this.#relay, seat, message, at) === "close") return this.close(socket, "tooManyMessages");
    }
    // Both belong to one account of the picture.
    if (message.type === "quality") this.#tellSent(memory);
    this.#say({ kind: "said", seat, connection, text });
  }

  #tellSent({ seat, connection }: SeatMemory): void {
    const sent = this.#sent.take(seat);
    if (sent !== undefined) this.#say({ kind: "sent", seat, connection, ...sent });
  }

  #steered(socket: WebSocket, memory: SeatMemory, message: ArrayBuffer, input: InputMessage, at: number): void {
    const { seat, connection } = memory;
    const passes = this.#relay === undefined ? "pass" : passesRate(this.#relay, seat, input, at);
    if (passes === "close") this.close(socket, "tooManyMessages");
    if (passes === "pass") this.#say({ kind: "input", seat, connection, message }, isDroppable(input));
  }

  #awake(session: string, device: DeviceDescription, shown: Shown | undefined, at: number): RelayState {
    if (this.#relay !== undefined) return this.#relay;
    const relay = createMirrorRelay(session, device, shown, at);
    for (const { memory } of this.#sockets.all()) {
      const { seat, connection, welcomed } = memory;
      if (welcomed === undefined) continue;
      const video = shown === undefined ? "waiting" : welcomed.video;
      seatAwakes(relay, seat, welcomed.rights, connection, video, at);
    }
    this.#relay = relay;
    return relay;
  }

  #frame(relay: RelayState, frame: ArrivedFrame): void {
    const effects = frameFromHome(relay, frame);
    this.#forwarding = frame.header.kind;
    this.#carryOut(effects);
    this.#forwarding = "video";
  }

  /** A frame of lent hardware: whether anybody asked for it the home knows. */
  #lent(socket: WebSocket, memory: SeatMemory, message: ArrayBuffer, at: number): void {
    const { seat, connection, welcomed } = memory;
    const { kind } = readFrameHeader(message);
    if (kind === "video" || kind === "audio" || welcomed === undefined)
      throw new ProtocolFault("unexpected-message", "a viewer sends camera and microphone only, once it is welcome");
    const passes = this.#relay === undefined ? "pass" : passesRate(this.#relay, seat, "lent-frame", at);
    if (passes === "close") this.close(socket, "tooManyMessages");
    else this.#say({ kind: "lent", seat, connection, message });
  }

  #fromHomeOne(record: DownRecord, at: number): void {
    switch (record.kind) {
      case "frame": {
        if (this.#relay === undefined) return;
        const { message } = record;
        return this.#frame(this.#relay, { at, header: readFrameHeader(message), message });
      }
      case "display": {
        const message = toViewerChannel.parse(record.text);
        if (message.type !== "display") throw new ProtocolFault("unexpected-message", "a display is a display");
        const { type: _, ...display } = message;
        if (this.#relay !== undefined) displayTold(this.#relay, display);
        return;
      }
      case "tell": {
        const found = this.#sockets.find(record);
        if (found !== undefined) sendOn(found.socket, record.text);
        return;
      }
      case "admit":
        return this.#admit(record, at);
      case "close": {
        const found = this.#sockets.find(record);
        if (found === undefined) return;
        this.#sockets.drop(found.socket);
        this.forget(record.seat);
        this.#tellSent(found.memory);
        closeSocket(found.socket, closeName(record.code) ?? "internal");
        return;
      }
      case "rest":
        return;
      default:
        unreachable(record);
    }
  }

  #admit(record: Extract<DownRecord, { kind: "admit" }>, at: number): void {
    const found = this.#sockets.find(record);
    if (found === undefined || this.#relay === undefined) return;
    const { seat, connection, welcomed } = found.memory;
    const rights: Right[] = [
      ...(record.view ? (["view"] as const) : []),
      ...(record.audio ? (["audio"] as const) : []),
    ];
    this.#sockets.remember(found.socket, {
      ...found.memory,
      welcomed: { rights, video: welcomed?.video ?? "waiting" },
    });
    this.#carryOut(seatWatches(this.#relay, seat, rights, connection, at));
  }

  #carryOut(effects: readonly RelayEffect[]): void {
    for (const effect of effects) this.#carryOutOne(effect);
  }

  /** Frames and acknowledgements lead to nothing else; how far its frames came the home is told by `fromHome`. */
  #carryOutOne(effect: RelayEffect): void {
    switch (effect.type) {
      case "forward-frame":
        for (const seat of effect.seats) {
          const socket = this.#sockets.socketOf(seat);
          if (socket === undefined) continue;
          sendOn(socket, effect.message);
          if (this.#forwarding === "video") this.#sent.frame(seat, effect.message.byteLength);
        }
        return;
      case "tell-origin":
        if (effect.message.type === "keyframe-request") this.#say({ kind: "wish-keyframe" });
        else if (effect.message.type === "target-rate") this.#say({ kind: "rate", bitrate: effect.message.bitrate });
        return;
      case "note-seat":
        return this.#note(effect.seat);
      case "close-seat": {
        const socket = this.#sockets.socketOf(effect.seat);
        if (socket !== undefined) this.close(socket, effect.reason);
        return;
      }
      default:
        throw new Error(`a mirror has no ${effect.type}`);
    }
  }

  #note(seat: string): void {
    const found = this.#sockets.find({ seat, connection: 0 });
    const presence = this.#relay?.seats.get(seat)?.presence;
    if (found?.memory.welcomed === undefined || presence?.phase !== "watching") return;
    if (found.memory.welcomed.video === "flowing" && presence.video === "waiting") this.#sent.stopped(seat);
    const welcomed = { ...found.memory.welcomed, video: presence.video };
    this.#sockets.remember(found.socket, { ...found.memory, welcomed });
  }
}
