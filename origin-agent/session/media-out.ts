import {
  type DisplayGeometry,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  maxFrameBytes,
  type ToOriginMessage,
  unreachable,
  writeFrame,
  writeFrameHeader,
} from "#protocol";
import type { Display, MediaUnit } from "../device/device.ts";
import type { Cancel, OriginWelcome, Timers } from "../link/index.ts";
import { type ClockOffset, toSessionTime } from "./clock-offset.ts";
import { beginEpoch, continueAt, createNumbering, type Numbering, takeSequence } from "./numbering.ts";
import {
  clearWindow,
  createSendWindow,
  hasRoom,
  isOverdue,
  noteAcknowledged,
  noteSent,
  type SendWindow,
} from "./send-window.ts";

/** The way out: what media needs of the link and of the device. */
export interface MediaPorts {
  readonly timers: Timers;
  readonly clock: ClockOffset;
  /** Bytes that wait in the socket; undefined while there is none. */
  buffered(): number | undefined;
  display(geometry: DisplayGeometry): void;
  frame(message: ArrayBuffer): void;
  /** There is no room, and acknowledgements are late. May be told often. */
  overdue(): void;
  roomReturned(): void;
  requestKeyframe(): void;
}

/** While a frame was refused, how often to look for room that comes back without an acknowledgement. */
const RECHECK_MS = 10;
/** A unit that was begun because there was room is sent even if the room went away meanwhile, for so long. */
const PROMISE_MS = 200;

/** What a device yields, numbered, stamped in session time, and sent while the window has room. */
export class MediaOut {
  readonly #ports: MediaPorts;
  readonly #numbering: Numbering = createNumbering();
  readonly #video: SendWindow = createSendWindow();
  readonly #audio: SendWindow = createSendWindow();
  #display: Display | undefined;
  /** The display at hand has no epoch yet. */
  #displayIsNew = false;
  #served = false;
  /** Deltas are of no use until a keyframe has been sent. */
  #needsKeyframe = true;
  #promisedUntil = 0;
  #waitingVideo: MediaUnit[] = [];
  #cancelRecheck: Cancel | undefined;

  constructor(ports: MediaPorts) {
    this.#ports = ports;
  }

  /** The epoch that the device draws in now; undefined before the first display was said. */
  get epoch(): number | undefined {
    return this.#numbering.epoch;
  }

  /** Connected, for the first time or again: the stream goes on with a keyframe. */
  online(welcome: OriginWelcome): void {
    const verdict = continueAt(this.#numbering, welcome, this.#served);
    // A device that was just opened begins with a keyframe by itself.
    if (this.#served) this.#ports.requestKeyframe();
    this.#served = true;
    this.#needsKeyframe = true;
    if (this.#display === undefined) return;
    if (this.#displayIsNew || verdict === "begin") this.#sayNewDisplay(this.#display);
    else if (verdict === "repeat" && this.epoch !== undefined)
      this.#ports.display({ ...this.#display, epoch: this.epoch });
  }

  /** What was on its way is lost or not; the next keyframe makes it good. */
  away(): void {
    clearWindow(this.#video);
    clearWindow(this.#audio);
    this.#waitingVideo = [];
    this.#promisedUntil = 0;
    this.#stopRecheck();
  }

  display(display: Display): void {
    this.#flushVideo();
    this.#display = display;
    this.#displayIsNew = true;
    this.#needsKeyframe = true;
    if (this.#ports.buffered() !== undefined) this.#sayNewDisplay(display);
  }

  /** A `true` is a promise: the next video unit will be sent if it comes soon. */
  hasRoom(): boolean {
    const room = this.#roomFor(this.#video);
    if (room) this.#promisedUntil = this.#ports.timers.now() + PROMISE_MS;
    else this.#recheckLater();
    return room;
  }

  /** Sound goes at once, a picture at the end of this turn: of the two that come together, sound is first. */
  unit(unit: MediaUnit): void {
    switch (unit.kind) {
      case "audio":
        if (this.#roomFor(this.#audio)) this.#send(unit, this.#audio);
        return;
      case "video":
        if (this.#waitingVideo.length === 0) queueMicrotask(() => this.#flushVideo());
        this.#waitingVideo.push(unit);
        return;
      default:
        return unreachable(unit.kind);
    }
  }

  acknowledged(ack: Extract<ToOriginMessage, { type: "ack" }>): void {
    const at = this.#ports.timers.now();
    if (ack.video !== undefined) noteAcknowledged(this.#video, ack.video, at);
    if (ack.audio !== undefined) noteAcknowledged(this.#audio, ack.audio, at);
    if (this.#cancelRecheck !== undefined) this.#recheck();
  }

  #sayNewDisplay(display: Display): void {
    this.#displayIsNew = false;
    this.#ports.display({ ...display, epoch: beginEpoch(this.#numbering) });
  }

  #flushVideo(): void {
    const units = this.#waitingVideo;
    this.#waitingVideo = [];
    for (const unit of units) this.#sendVideo(unit);
  }

  /** An encoded picture that finds no room is lost, and with it all up to the next keyframe. */
  #sendVideo(unit: MediaUnit): void {
    if (this.#display === undefined) return;
    if (this.#needsKeyframe && !unit.keyframe) return this.#recheckLater();
    const promised = this.#ports.timers.now() < this.#promisedUntil && this.#ports.buffered() !== undefined;
    this.#promisedUntil = 0;
    const sent = (promised || this.#roomFor(this.#video)) && this.#send(unit, this.#video);
    this.#needsKeyframe = !sent;
    if (!sent) this.#recheckLater();
  }

  #send(unit: MediaUnit, window: SendWindow): boolean {
    const length = unit.data.byteLength;
    // No layout can hold it: lost like one that found no room.
    if (length === 0 || length + FRAME_HEADER_BYTES > maxFrameBytes(unit.kind)) return false;
    const sequence = takeSequence(this.#numbering, unit.kind);
    const message = written(unit, {
      kind: unit.kind,
      keyframe: unit.keyframe,
      config: unit.config,
      epoch: this.#numbering.epoch ?? 0,
      sequence,
      capturedAtMicros: toSessionTime(this.#ports.clock, unit.capturedAtMicros),
    });
    this.#ports.frame(message);
    noteSent(window, sequence, message.byteLength, this.#ports.timers.now());
    return true;
  }

  #roomFor(window: SendWindow): boolean {
    const buffered = this.#ports.buffered();
    return buffered !== undefined && hasRoom(window, buffered, this.#ports.timers.now());
  }

  #recheckLater(): void {
    if (this.#ports.buffered() === undefined) return;
    this.#cancelRecheck ??= this.#ports.timers.after(RECHECK_MS, () => this.#recheck());
  }

  #recheck(): void {
    this.#stopRecheck();
    if (!this.#roomFor(this.#video)) {
      if (isOverdue(this.#video, this.#ports.timers.now())) this.#ports.overdue();
      return this.#recheckLater();
    }
    if (this.#needsKeyframe) this.#ports.requestKeyframe();
    this.#ports.roomReturned();
  }

  #stopRecheck(): void {
    this.#cancelRecheck?.();
    this.#cancelRecheck = undefined;
  }
}

/** One message: in the unit's own buffer where the unit left room. */
function written({ data, headroom }: MediaUnit, header: FrameHeader): ArrayBuffer {
  const { buffer } = data;
  if (headroom !== true || !(buffer instanceof ArrayBuffer)) return writeFrame(header, data);
  writeFrameHeader(header, buffer);
  return buffer;
}
