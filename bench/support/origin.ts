import type { WebSocket } from "ws";
import {
  ALIVE,
  type InputMessage,
  originChannel,
  PROBE,
  readInput,
  sequenceDistance,
  type ToOriginMessage,
  toOriginChannel,
  writeFrame,
} from "#protocol";
import {
  clearWindow,
  createSendWindow,
  hasRoom,
  noteAcknowledged,
  noteSent,
} from "../../origin-agent/session/send-window.ts";
import { type AppliedInput, AppliedInputs } from "./applied-inputs.ts";
import { type Dialled, dial, dialSession } from "./dial.ts";
import type { Painter } from "./painter.ts";
import { everyStep } from "./steps.ts";
import {
  AUDIO_BYTES,
  AUDIO_RATE,
  FRAME_RATE,
  HEIGHT,
  KEYFRAME_FRAMES,
  noise,
  nowMicros,
  stamped,
  WIDTH,
} from "./stream.ts";

export type OriginDial =
  | { readonly kind: "session"; readonly base: string; readonly name: string }
  | { readonly kind: "plain"; readonly url: string };

/** What the origin did, for comparing with what its viewers got. */
export interface OriginRecord {
  readonly keyframes: number;
  readonly keyframeRequests: number;
  /** The upper bounds that it was told, and when, Unix microseconds. */
  readonly targets: readonly { readonly at: number; readonly bitrate: number; readonly frameRate: number }[];
  readonly applied: readonly AppliedInput[];
}

const PICTURE = { width: WIDTH, height: HEIGHT, rotation: 0, codec: "h264" } as const;

/**
 * The device's side: a stream of the wanted rate that obeys what it is told, as the agent does. To a session it speaks the
 * protocol, with the agent's own send window; to a baseline it sends without end.
 */
export class BenchOrigin {
  readonly #dial: OriginDial;
  readonly #painter: Painter;
  readonly #maxBitrate: number;
  readonly #audio: boolean;
  readonly #window = createSendWindow();
  readonly #inputs = new AppliedInputs((lease, sequence) => {
    const { socket } = this.#dialled ?? {};
    if (socket?.readyState === 1 && this.#dial.kind === "session")
      socket.send(originChannel.write({ type: "input-ack", lease, sequence }));
  });
  readonly #units: { readonly sequence: number; readonly data: Uint8Array }[] = [];
  readonly #keepsUnits: boolean;
  readonly #record = {
    keyframes: 0,
    keyframeRequests: 0,
    targets: [] as { at: number; bitrate: number; frameRate: number }[],
  };
  #dialled: Dialled | undefined;
  #resume: string | undefined;
  #live = false;
  #epoch = 0;
  #video = 0;
  #sound = 0;
  #needsKeyframe = true;
  #bitrate: number;
  #frameRate = FRAME_RATE;
  #still = false;
  #viewers = 1;
  readonly #stops: (() => void)[] = [];
  #painting = false;

  constructor(
    target: OriginDial,
    painter: Painter,
    options: { readonly bitrate: number; readonly audio: boolean; readonly keepsUnits: boolean },
  ) {
    this.#dial = target;
    this.#painter = painter;
    this.#maxBitrate = options.bitrate;
    this.#bitrate = options.bitrate;
    this.#audio = options.audio;
    this.#keepsUnits = options.keepsUnits;
  }

  /** Serve, or come back after the connection was lost. Done when frames may flow. */
  async connect(): Promise<void> {
    const target = this.#dial;
    if (target.kind === "plain") {
      this.#use(await dial(target.url));
      this.#live = true;
      return;
    }
    const { base, name } = target;
    const dialled = await dialSession(base, name, { role: "origin", session: name });
    const welcome = Promise.withResolvers<void>();
    dialled.socket.once("close", (code) => welcome.reject(new Error(`closed with ${code} before the welcome`)));
    this.#use(dialled, welcome.resolve);
    const resumed = this.#resume !== undefined;
    const audio = { codec: "opus", sampleRate: 48_000, channels: 2 } as const;
    dialled.socket.send(originChannel.write({ type: "hello", protocol: 1, agent: "bench", audio, resumed }));
    await welcome.promise;
  }

  start(): void {
    this.#stops.push(
      everyStep(
        () => 1_000 / Math.max(1, this.#frameRate),
        () => this.#picture(),
      ),
    );
    if (!this.#audio) return;
    this.#stops.push(
      everyStep(
        () => 1_000 / AUDIO_RATE,
        () => this.#packet(),
      ),
    );
  }

  /** A screen on which nothing happens: nothing is sent, and there is no sound. */
  still(still: boolean): void {
    this.#still = still;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#inputs.stop();
    this.#dialled?.socket.close();
    this.#painter.close();
  }

  get record(): OriginRecord {
    return { ...this.#record, applied: this.#inputs.list };
  }

  /** All that was encoded, whether or not it was sent. */
  get units(): readonly { readonly sequence: number; readonly data: Uint8Array }[] {
    return this.#units;
  }

  #picture(): void {
    const { socket } = this.#dialled ?? {};
    if (socket?.readyState !== 1 || !this.#live || this.#still || this.#painting) return;
    if (this.#dial.kind === "session") {
      if (this.#viewers === 0 || this.#frameRate === 0) return;
      // What finds no room is not even encoded, as in the agent.
      if (!hasRoom(this.#window, socket.bufferedAmount, Date.now())) {
        return;
      }
    }
    void this.#encode(socket);
  }

  async #encode(socket: WebSocket): Promise<void> {
    this.#painting = true;
    const keyframe = this.#needsKeyframe;
    this.#needsKeyframe = false;
    const capturedAtMicros = nowMicros();
    const share = this.#bitrate / 8 / Math.max(1, this.#frameRate);
    const payload = await this.#painter.paint(Math.ceil(keyframe ? share * KEYFRAME_FRAMES : share), keyframe);
    this.#painting = false;
    if (socket.readyState !== 1) {
      this.#needsKeyframe = true;
      return;
    }
    const sequence = this.#video;
    this.#video = (this.#video + 1) >>> 0;
    if (this.#keepsUnits) this.#units.push({ sequence, data: payload });
    if (keyframe) this.#record.keyframes += 1;
    const header = {
      kind: "video",
      keyframe,
      config: keyframe,
      epoch: this.#epoch,
      sequence,
      capturedAtMicros,
    } as const;
    const message = writeFrame(header, payload);
    socket.send(message);
    if (this.#dial.kind === "session") noteSent(this.#window, sequence, message.byteLength, Date.now());
  }

  #packet(): void {
    const { socket } = this.#dialled ?? {};
    if (socket?.readyState !== 1 || !this.#live || this.#still) return;
    const header = { kind: "audio", keyframe: false, epoch: this.#epoch, sequence: this.#sound } as const;
    socket.send(stamped(header, noise(AUDIO_BYTES)));
    this.#sound = (this.#sound + 1) >>> 0;
  }

  #use(dialled: Dialled, welcomed: () => void = () => {}): void {
    this.#dialled = dialled;
    dialled.socket.on("message", (data, isBinary) => {
      if (this.#dialled !== dialled) return;
      // Safe: binaryType is "arraybuffer".
      if (isBinary) this.#input(readInput(data as ArrayBuffer));
      else if (this.#dial.kind === "plain") this.#plain(String(data));
      else if (String(data) === PROBE) dialled.socket.send(ALIVE);
      else this.#told(toOriginChannel.parse(String(data)), dialled.socket, welcomed);
    });
    dialled.socket.once("close", () => {
      if (this.#dialled === dialled) this.#live = false;
    });
  }

  #told(message: ToOriginMessage, socket: WebSocket, welcomed: () => void): void {
    switch (message.type) {
      case "welcome":
        this.#resume = message.resume;
        this.#epoch = message.nextEpoch;
        if (sequenceDistance(message.nextVideo, this.#video) > 0) this.#video = message.nextVideo;
        if (sequenceDistance(message.nextAudio, this.#sound) > 0) this.#sound = message.nextAudio;
        this.#viewers = message.viewers;
        clearWindow(this.#window);
        this.#needsKeyframe = true;
        socket.send(originChannel.write({ type: "display", epoch: this.#epoch, ...PICTURE }));
        this.#inputs.acknowledgeNow();
        this.#live = true;
        return welcomed();
      case "keyframe-request":
        this.#record.keyframeRequests += 1;
        this.#needsKeyframe = true;
        return;
      case "target-rate":
        this.#bitrate = Math.min(message.bitrate, this.#maxBitrate);
        this.#frameRate = Math.min(message.frameRate, FRAME_RATE);
        this.#record.targets.push({ at: nowMicros(), bitrate: message.bitrate, frameRate: message.frameRate });
        return;
      case "ack":
        if (message.video !== undefined) noteAcknowledged(this.#window, message.video, Date.now());
        return;
      case "viewers":
        this.#viewers = message.count;
        return;
      default:
        return;
    }
  }

  /** What a viewer of a baseline says reaches its origin as it is. */
  #plain(text: string): void {
    if (text === "keyframe") {
      this.#record.keyframeRequests += 1;
      this.#needsKeyframe = true;
    } else if (text.startsWith("input ")) this.#input({ lease: 0, sequence: Number(text.slice("input ".length)) });
  }

  #input({ lease, sequence }: Pick<InputMessage, "lease" | "sequence">): void {
    this.#inputs.came(lease, sequence, this.#video + (this.#painting ? 1 : 0));
  }
}
