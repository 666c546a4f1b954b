import {
  type DeviceDescription,
  type FrameHeader,
  type InputBody,
  type OriginMessage,
  type Right,
  readFrameHeader,
  type ToOriginMessage,
  type ToViewerMessage,
  type ViewerMessage,
  writeFrame,
  writeInput,
} from "#protocol";
import {
  apply,
  createRelay,
  frameArrived,
  nextWake,
  type RelayEffect,
  type RelayState,
} from "../../edge/relay/index.ts";

export const DEVICE: DeviceDescription = {
  id: "demo",
  name: "Demo phone",
  model: "Demo",
  kind: "demo",
  width: 720,
  height: 1280,
  videoCodecs: ["h264"],
  features: ["touch", "keyboard", "audio"],
  apps: [],
};

const ALL_RIGHTS: readonly Right[] = ["view", "audio", "touch", "keyboard", "clipboard"];

/** One session with the world around it played by the test: a clock that is set, and everything that was said. */
export class RelayWorld {
  readonly state: RelayState;
  at = 1_000_000;
  /** Whole frames that each seat was sent, in order. */
  readonly frames = new Map<string, ArrayBuffer[]>();
  readonly toSeat = new Map<string, ToViewerMessage["type"][]>();
  readonly toOrigin: ToOriginMessage["type"][] = [];
  readonly inputs: ArrayBuffer[] = [];
  readonly effects: RelayEffect[] = [];
  #connection = 0;
  #nextVideo = 0;
  #nextAudio = 0;
  #epoch = -1;

  constructor() {
    this.state = createRelay("local-1", DEVICE, this.at);
  }

  take(effects: readonly RelayEffect[]): readonly RelayEffect[] {
    this.effects.push(...effects);
    for (const effect of effects) {
      if (effect.type === "forward-frame")
        for (const seat of effect.seats) listOf(this.frames, seat).push(effect.message);
      if (effect.type === "tell-seat" || effect.type === "welcome-seat")
        listOf(this.toSeat, effect.seat).push(effect.message.type);
      if (effect.type === "tell-origin" || effect.type === "welcome-origin") this.toOrigin.push(effect.message.type);
      if (effect.type === "forward-input") this.inputs.push(effect.message);
    }
    return effects;
  }

  /** A viewer that has said hello; returns its connection. */
  watch(seat: string, rights: readonly Right[] = ALL_RIGHTS): number {
    const connection = this.connect(seat, rights);
    this.says(seat, { type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] });
    return connection;
  }

  connect(seat: string, rights: readonly Right[] = ALL_RIGHTS): number {
    const connection = ++this.#connection;
    this.take(apply(this.state, { type: "viewer-connected", at: this.at, seat, rights, connection }));
    return connection;
  }

  /** With its resume token, and perhaps the last picture that it has. Returns its connection. */
  resumes(seat: string, seen?: number): number {
    const connection = ++this.#connection;
    const rights = this.state.seats.get(seat)?.rights ?? [];
    const socket = { seat, rights, connection, ...(seen === undefined ? {} : { seen }) };
    this.take(apply(this.state, { type: "viewer-resumed", at: this.at, ...socket }));
    return connection;
  }

  says(seat: string, message: ViewerMessage): readonly RelayEffect[] {
    return this.take(apply(this.state, { type: "viewer-said", at: this.at, seat, message }));
  }

  leaves(seat: string, connection: number): readonly RelayEffect[] {
    return this.take(apply(this.state, { type: "viewer-left", at: this.at, seat, connection }));
  }

  /** An agent that has said hello and shown its display; returns its connection. */
  serve(resumed = false): number {
    const connection = ++this.#connection;
    this.take(apply(this.state, { type: "origin-connected", at: this.at, connection }));
    this.originSays({ type: "hello", protocol: 1, agent: "test", resumed });
    if (!resumed) this.display(this.#epoch + 1);
    return connection;
  }

  display(epoch: number): void {
    this.#epoch = epoch;
    this.originSays({ type: "display", epoch, width: 720, height: 1280, rotation: 0, codec: "h264" });
  }

  originSays(message: OriginMessage): readonly RelayEffect[] {
    return this.take(apply(this.state, { type: "origin-said", at: this.at, message }));
  }

  originLeaves(connection: number): readonly RelayEffect[] {
    return this.take(apply(this.state, { type: "origin-left", at: this.at, connection }));
  }

  /** The origin's next video frame; returns its sequence. */
  video(options: { keyframe?: boolean; bytes?: number; skip?: number } = {}): number {
    this.#nextVideo += options.skip ?? 0;
    return this.frame(
      { kind: "video", keyframe: options.keyframe ?? false, sequence: this.#nextVideo++ },
      options.bytes ?? 1_000,
    );
  }

  audio(bytes = 200): number {
    return this.frame({ kind: "audio", keyframe: true, sequence: this.#nextAudio++ }, bytes);
  }

  frame(header: Pick<FrameHeader, "kind" | "keyframe" | "sequence"> & Partial<FrameHeader>, bytes = 1_000): number {
    const full = { config: header.keyframe, epoch: this.#epoch, capturedAtMicros: this.at * 1_000, ...header };
    const message = writeFrame(full, new Uint8Array(bytes));
    this.take(frameArrived(this.state, { at: this.at, header: full, message }));
    return header.sequence;
  }

  input(
    seat: string,
    body: InputBody,
    options: { lease?: number; epoch?: number; sequence?: number } = {},
  ): readonly RelayEffect[] {
    const input = { epoch: this.#epoch, lease: this.state.lease.number, sequence: 1, ...options, ...body };
    const message = writeInput(input);
    return this.take(apply(this.state, { type: "input-arrived", at: this.at, seat, input, message }));
  }

  acks(seat: string, video: number): readonly RelayEffect[] {
    return this.says(seat, { type: "ack", video, queued: 0 });
  }

  acksBoth(video: number): void {
    this.acks("ada", video);
    this.acks("bob", video);
  }

  /** Let time pass, waking the rules whenever they asked to be woken. */
  pass(milliseconds: number): void {
    const end = this.at + milliseconds;
    for (let due = nextWake(this.state); due !== undefined && due <= end && !this.ended(); due = nextWake(this.state)) {
      this.at = Math.max(this.at + 1, due);
      this.take(apply(this.state, { type: "woke", at: this.at }));
    }
    this.at = Math.max(this.at, end);
  }

  ended(): boolean {
    return this.effects.some((effect) => effect.type === "end-session");
  }

  sequencesOf(seat: string): number[] {
    return listOf(this.frames, seat)
      .map(readFrameHeader)
      .filter((header) => header.kind === "video")
      .map((header) => header.sequence);
  }

  count(type: ToOriginMessage["type"]): number {
    return this.toOrigin.filter((said) => said === type).length;
  }
}

export const TAP: InputBody = { kind: "touch", pointers: [{ id: 0, phase: "down", x: 0.5, y: 0.5, pressure: 1 }] };
export const MOVE: InputBody = { kind: "touch", pointers: [{ id: 0, phase: "move", x: 0.5, y: 0.5, pressure: 1 }] };

function listOf<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
