import {
  type Allowance,
  type AudioFormat,
  type DeviceDescription,
  type HardwareKind,
  MAX_CLIPBOARD_CHARS,
  PROTOCOL_VERSION,
  type Right,
  type ToViewerMessage,
  unreachable,
  type ViewerMessage,
} from "#protocol";
import { Sound } from "./audio/sound.ts";
import { ClockQuestions } from "./clock-questions.ts";
import { Connection } from "./connection.ts";
import { Controls, type DeviceButton } from "./controls.ts";
import { Emitter } from "./emitter.ts";
import { missingFromBrowser } from "./environment.ts";
import { Files } from "./files/files.ts";
import type { DeviceFile, FileFailure, FileTransfer } from "./files/transfer.ts";
import { type HardwareLoan, Lending } from "./hardware/lending.ts";
import { Media } from "./media.ts";
import { nowMicros } from "./now.ts";
import type { ConnectOptions } from "./options.ts";
import type { LeaseView, Session, SessionEvents } from "./session-api.ts";
import type { SessionState } from "./state.ts";
import type { SessionStats } from "./stats.ts";
import type { PaintedPicture } from "./video/messages.ts";

const CLIENT_NAME = "nearglass-web";

/** One session in a page: the parts, and what goes between them. It decides nothing by itself. */
export class ClientSession implements Session {
  readonly canvas: HTMLCanvasElement;
  readonly #emitter = new Emitter<SessionEvents>();
  readonly #connection: Connection;
  readonly #clock: ClockQuestions;
  readonly #sound: Sound;
  readonly #lending: Lending;
  readonly #files: Files;
  /** Undefined where the browser cannot show a session at all. */
  readonly #parts: { readonly media: Media; readonly controls: Controls } | undefined;
  #device: DeviceDescription | undefined;
  #audio: AudioFormat | undefined;
  #welcomes = 0;
  #id: string | undefined;
  #allowance: Allowance = {};

  constructor(options: ConnectOptions) {
    this.canvas = options.canvas ?? document.createElement("canvas");
    const edge = new URL(options.edge ?? location.origin);
    this.#connection = new Connection(
      {
        edge,
        grant: options.grant,
        embeddedBy: options.embeddedBy,
        ticket:
          options.ticket === undefined || options.session === undefined
            ? undefined
            : { session: options.session, token: options.ticket },
      },
      {
        hello: () => ({ type: "hello", protocol: PROTOCOL_VERSION, client: CLIENT_NAME, videoCodecs: ["h264"] }),
        seen: (session) => this.#parts?.media.seenOf(session),
        stateChanged: (state) => this.#stateChanged(state),
        said: (message) => this.#said(message),
        frame: (message) => this.#parts?.media.frameArrived(message),
        leaving: () => this.#parts?.media.leaving(),
      },
    );
    this.#clock = new ClockQuestions((question) => this.#connection.tell(question));
    this.#sound = new Sound(options.muted ?? false, () => this.#emitter.emit("sound", this.#sound.state));
    this.#lending = new Lending({
      tell: (message) => this.#connection.tell(message),
      send: (message) => this.#connection.send(message),
      buffered: () => this.#connection.bufferedAmount,
      toSessionMicros: (localMicros) => this.#clock.toSessionMicros(localMicros),
      asked: (loan) => this.#emitter.emit("hardware-ask", loan),
      changed: () => this.#emitter.emit("hardware", this.hardware),
      failed: (kind, why) => this.#emitter.emit("hardware-failed", { kind, why }),
    });
    this.#files = new Files(
      edge,
      () => this.#connection.seat,
      () => this.#emitter.emit("transfers", this.transfers),
    );
    const missing = missingFromBrowser();
    this.#parts = missing === undefined ? this.#makeParts(options.label ?? "Remote device") : undefined;
    // Told in a later turn, so that whoever called `connect` can listen first.
    queueMicrotask(() => (missing === undefined ? this.#connection.start() : this.#connection.fail(missing)));
  }

  get state(): SessionState {
    return this.#connection.state;
  }

  get id(): string | undefined {
    return this.#id;
  }

  get device(): DeviceDescription | undefined {
    return this.#device;
  }

  get rights(): readonly Right[] {
    return this.#parts?.controls.rights ?? [];
  }

  get allowance(): Allowance {
    return this.#allowance;
  }

  get lease(): LeaseView {
    return this.#parts?.controls.lease ?? { mine: false, held: false };
  }

  on<Name extends keyof SessionEvents>(name: Name, listener: (value: SessionEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  sendText(text: string): void {
    this.#parts?.controls.sendText(text);
  }

  press(button: DeviceButton): void {
    this.#parts?.controls.press(button);
  }

  setPhysicalKeyboard(on: boolean): boolean {
    if (this.#device?.features.includes("physical-keyboard") !== true) return false;
    this.#parts?.controls.setPhysicalKeyboard(on);
    return true;
  }

  requestLease(): void {
    this.#connection.tell({ type: "lease-request", want: true });
  }

  releaseLease(): void {
    this.#parts?.controls.releaseAll();
    this.#connection.tell({ type: "lease-request", want: false });
  }

  answerLease(seat: string, give: boolean): void {
    this.#connection.tell({ type: "lease-answer", seat, give });
  }

  setClipboard(text: string): boolean {
    const isNever = this.#allowance.clipboardToDevice?.perMinute === 0;
    if (!this.rights.includes("clipboard") || isNever || text.length > MAX_CLIPBOARD_CHARS) return false;
    this.#connection.tell({ type: "clipboard", text: text.toWellFormed() });
    return true;
  }

  get hardware(): readonly HardwareLoan[] {
    return this.#lending.loans;
  }

  allowHardware(kind: HardwareKind): Promise<boolean> {
    return this.#lending.allow(kind);
  }

  refuseHardware(kind: HardwareKind): void {
    this.#lending.refuse(kind);
  }

  stopHardware(): void {
    this.#lending.stopAll();
  }

  get transfers(): readonly FileTransfer[] {
    return this.#files.queue.transfers;
  }

  sendFile(file: File, as: "file" | "app" = "file"): FileTransfer {
    return this.#files.queue.send(file, as);
  }

  files(): Promise<readonly DeviceFile[] | FileFailure> {
    return this.#files.list();
  }

  takeFile(file: DeviceFile): Promise<Blob | undefined> {
    return this.#files.queue.take(file);
  }

  cancelFile(id: string): void {
    this.#files.queue.cancel(id);
  }

  openApp(app: string): boolean {
    const mayOpen = this.#allowance.apps?.includes(app) ?? true;
    return mayOpen && this.#order({ type: "open-app", app });
  }

  rotate(): boolean {
    return this.#order({ type: "rotate" });
  }

  setScreen(on: boolean): boolean {
    return this.#order({ type: "screen", on });
  }

  focusKeyboard(): void {
    this.#parts?.controls.focus();
  }

  mute(): void {
    this.#sound.setMuted(true);
  }

  unmute(): void {
    this.#sound.setMuted(false);
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  close(): void {
    this.#connection.close();
  }

  stats(): SessionStats {
    const media = this.#parts?.media;
    const painted = media?.painted;
    const counters = media?.pictures.counters;
    return {
      state: this.state.name,
      framesReceived: media?.videoFrames ?? 0,
      framesDecoded: counters?.decoded ?? 0,
      framesPainted: counters?.painted ?? 0,
      framesDropped: counters?.dropped ?? 0,
      framesQueued: media?.pictures.queued ?? 0,
      keyframesReceived: media?.keyframes ?? 0,
      keyframesRequested: media?.keyframesRequested ?? 0,
      bytesReceived: media?.bytes ?? 0,
      audioPacketsReceived: media?.audioPackets ?? 0,
      rttMs: this.#clock.roundTripMs ?? this.#connection.pingRoundTripMs,
      frameAgeMs: painted && this.#clock.ageMs(painted.capturedAtMicros, painted.paintedAtMicros),
      captureToEdgeMs: this.#clock.edgeAge?.p50,
      edgeToReceivedMs: media?.quality.edgeToReceivedMs(this.#clock.edgeAge),
      receivedToDecodedMs: painted && (painted.decodedAtMicros - painted.arrivedAtMicros) / 1_000,
      decodedToPaintedMs: painted && (painted.paintedAtMicros - painted.decodedAtMicros) / 1_000,
      arrivalToPaintMs: painted && (painted.paintedAtMicros - painted.arrivedAtMicros) / 1_000,
      freezeCount: media?.quality.freezes.count ?? 0,
      totalFreezesDurationMs: media?.quality.freezes.totalMs ?? 0,
      width: painted?.width,
      height: painted?.height,
      codec: media?.pictures.codec,
      acceleration: media?.pictures.acceleration,
      decoderErrors: counters?.decoderErrors ?? 0,
      reconnects: Math.max(0, this.#welcomes - 1),
      sound: this.#sound.state,
      audioBufferedMs: this.#sound.counters.bufferedMs,
      audioUnderflows: this.#sound.counters.underflows,
    };
  }

  /** What is asked of the device itself. Of who does not steer the edge refuses it. */
  #order(order: Extract<ViewerMessage, { type: "open-app" | "rotate" | "screen" }>): boolean {
    if (!this.rights.includes("touch")) return false;
    this.#connection.tell(order);
    return true;
  }

  #makeParts(label: string) {
    const media = new Media(this.canvas, this.#sound, this.#clock, {
      tell: (message) => this.#connection.tell(message),
      painted: (picture) => this.#painted(picture),
      failed: (reason) => this.#connection.fail(reason),
    });
    const controls = new Controls(this.canvas, label, {
      send: (message) => this.#connection.send(message),
      askForLease: () => this.requestLease(),
      notPermitted: (what) => this.#emitter.emit("refused", { what, reason: "no-right" }),
      setClipboard: (text) => this.setClipboard(text),
      leave: () => this.#emitter.emit("leave", undefined),
      takesGamepads: () => this.#device?.features.includes("gamepad") === true,
    });
    return { media, controls };
  }

  #painted(picture: PaintedPicture): void {
    this.#parts?.controls.painted(picture);
    this.#emitter.emit("painted", picture);
  }

  #stateChanged(state: SessionState): void {
    if (state.name !== "live" && state.name !== "waiting-for-origin") this.#disconnected();
    if (state.name === "ended") this.#ended();
    this.#emitter.emit("state", state);
  }

  #disconnected(): void {
    this.#clock.stop();
    this.#parts?.media.disconnected();
    this.#parts?.controls.disconnected();
    this.#lending.disconnected();
  }

  #ended(): void {
    this.#sound.close();
    this.#lending.close();
    this.#files.queue.close();
    this.#parts?.media.close();
    this.#parts?.controls.close();
  }

  #said(message: ToViewerMessage): void {
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message);
      case "audio":
        this.#audio = message;
        return this.#chooseSound();
      case "lease":
        this.#parts?.controls.leaseChanged(message);
        return this.#emitter.emit("lease", this.lease);
      case "input-ack":
        return this.#parts?.controls.applied(message.lease, message.sequence);
      case "clock-reply":
        return this.#clock.answered(message);
      case "clipboard":
        return this.#emitter.emit("clipboard", message.text);
      case "lease-asked":
        return this.#emitter.emit("lease-asked", message.seat);
      case "rights":
        return this.#permitted(message);
      case "ending":
        return this.#emitter.emit("ending", { reason: message.reason, at: this.#toLocalMs(message.at) });
      case "refused":
        return this.#emitter.emit("refused", message);
      case "hardware-ask":
        return this.#lending.asked(message);
      case "hardware-done":
        return this.#lending.done(message.kind);
      case "display":
        // For touches a geometry counts from its first picture on.
        return this.#parts?.media.pictures.setDisplay(message);
      case "origin":
        // The connection's business.
        return;
      default:
        return unreachable(message);
    }
  }

  #welcomed(message: Extract<ToViewerMessage, { type: "welcome" }>): void {
    this.#welcomes += 1;
    this.#id = message.session;
    this.#device = message.device;
    this.#audio = message.audio;
    this.#clock.start();
    this.#parts?.media.begin(message.session, message.at);
    if (message.display !== undefined) this.#parts?.media.pictures.setDisplay(message.display);
    this.#parts?.controls.welcomed(message);
    this.#allowance = message.allowance ?? {};
    this.#chooseSound();
    this.#emitter.emit("welcome", { device: message.device, rights: message.rights });
    this.#emitter.emit("lease", this.lease);
  }

  #permitted({ rights, allowance = {} }: Extract<ToViewerMessage, { type: "rights" }>): void {
    this.#allowance = allowance;
    this.#parts?.controls.permitted(rights);
    this.#chooseSound();
    this.#emitter.emit("rights", { rights, allowance });
  }

  #toLocalMs(sessionMicros: number | undefined): number | undefined {
    if (sessionMicros === undefined) return undefined;
    const at = Date.now();
    return at + (sessionMicros - (this.#clock.toSessionMicros(nowMicros()) ?? at * 1_000)) / 1_000;
  }

  #chooseSound(): void {
    this.#sound.setFormat(this.rights.includes("audio") ? this.#audio : undefined);
  }
}
