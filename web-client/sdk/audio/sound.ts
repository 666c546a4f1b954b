import type { AudioFormat } from "#protocol";
import type { AudioCounters, ToPlayer } from "./messages.ts";
import workletUrl from "./worklet.ts?worker&url";

export type SoundState =
  /** The device is silent, or the seat may not listen. */
  | "none"
  /** The browser cannot decode Opus with WebCodecs. */
  | "unsupported"
  /** The browser wants a press or a key before it plays anything. */
  | "waiting-for-gesture"
  | "muted"
  | "playing";

interface Output {
  readonly context: AudioContext;
  readonly node: AudioWorkletNode;
}

/** Packets of 20 ms: more than a quarter of a second waiting means that the decoder has stopped. */
const MAX_WAITING_PACKETS = 12;

/** Left to the first picture: making a player takes 10 ms of the page's time, which the picture needs. */
const FIRST_PICTURE_MS = 200;

/** Opus packets to the loudspeaker. Nothing is decoded that nobody would hear. */
export class Sound {
  readonly #changed: () => void;
  readonly #ended = new AbortController();
  #format: AudioFormat | undefined;
  #muted: boolean;
  #output: Output | undefined;
  #opening = false;
  #decoder: AudioDecoder | undefined;
  #broken = typeof AudioDecoder === "undefined" || typeof AudioWorkletNode === "undefined";
  #anyDecoded = false;
  #timestamp = 0;
  counters: AudioCounters = { bufferedMs: 0, underflows: 0, droppedMs: 0 };

  constructor(muted: boolean, changed: () => void) {
    this.#muted = muted;
    this.#changed = changed;
    const options = { capture: true, signal: this.#ended.signal };
    // Of a touch only its end counts as a gesture.
    for (const type of ["pointerdown", "pointerup", "keydown", "touchend"])
      addEventListener(type, () => this.#open(), options);
  }

  get state(): SoundState {
    if (this.#format === undefined) return "none";
    if (this.#broken) return "unsupported";
    if (this.#muted) return "muted";
    return this.#output?.context.state === "running" ? "playing" : "waiting-for-gesture";
  }

  /** What the session's audio is; undefined for none. */
  setFormat(format: AudioFormat | undefined): void {
    if (format?.channels !== this.#format?.channels) this.#closeDecoder();
    this.#format = format;
    if (navigator.userActivation?.hasBeenActive === true) setTimeout(() => this.#open(), FIRST_PICTURE_MS);
    this.#changed();
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    if (muted) {
      this.#closeDecoder();
      this.#output?.context.suspend().catch(() => {});
    } else this.#open();
    this.#changed();
  }

  play(data: Uint8Array<ArrayBuffer>): void {
    if (this.state !== "playing" || this.#format === undefined) return;
    this.#decoder ??= this.#openDecoder(this.#format);
    const decoder = this.#decoder;
    if (decoder.decodeQueueSize > MAX_WAITING_PACKETS) return;
    this.#timestamp += 20_000;
    decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: this.#timestamp, data }));
  }

  close(): void {
    this.#ended.abort();
    this.#closeDecoder();
    if (this.#output === undefined) return;
    const { context, node } = this.#output;
    this.#output = undefined;
    shut(context, node);
  }

  /** Called within a gesture: make the player, or let it go on. */
  #open(): void {
    if (this.#format === undefined || this.#broken || this.#muted || this.#ended.signal.aborted) return;
    if (this.#output !== undefined) {
      if (this.#output.context.state !== "running") this.#output.context.resume().catch(() => {});
      return;
    }
    if (this.#opening) return;
    this.#opening = true;
    const { sampleRate } = this.#format;
    try {
      const context = new AudioContext({ sampleRate, latencyHint: "interactive" });
      context.onstatechange = this.#changed;
      this.#connect(context).catch(() => {
        shut(context);
        this.#break();
      });
    } catch {
      this.#break();
    }
  }

  #break(): void {
    this.#broken = true;
    this.#closeDecoder();
    this.#changed();
  }

  async #connect(context: AudioContext): Promise<void> {
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, "nearglass-ring", { numberOfInputs: 0, outputChannelCount: [2] });
    node.port.onmessage = ({ data }: MessageEvent<AudioCounters>) => {
      this.counters = data;
    };
    node.connect(context.destination);
    this.#opening = false;
    if (this.#ended.signal.aborted) return shut(context, node);
    this.#output = { context, node };
    if (this.#muted) context.suspend().catch(() => {});
    this.#changed();
  }

  #openDecoder({ codec, sampleRate, channels }: AudioFormat): AudioDecoder {
    const decoder = new AudioDecoder({
      output: (sound) => this.#decoded(sound),
      error: () => {
        this.#decoder = undefined;
        // One that never worked would fail again at every packet.
        if (!this.#anyDecoded) this.#break();
      },
    });
    decoder.configure({ codec, sampleRate, numberOfChannels: channels });
    return decoder;
  }

  #decoded(sound: AudioData): void {
    this.#anyDecoded = true;
    const planes: Float32Array<ArrayBuffer>[] = [];
    for (let planeIndex = 0; planeIndex < sound.numberOfChannels; planeIndex++) {
      const plane = new Float32Array(sound.numberOfFrames);
      sound.copyTo(plane, { planeIndex, format: "f32-planar" });
      planes.push(plane);
    }
    sound.close();
    this.#output?.node.port.postMessage(
      planes,
      planes.map((plane) => plane.buffer),
    );
  }

  #closeDecoder(): void {
    if (this.#decoder !== undefined && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = undefined;
  }
}

/** Browsers keep a player that plays on, and what it tells, for as long as the page: here, a session and its canvas. */
function shut(context: AudioContext, node?: AudioWorkletNode): void {
  context.onstatechange = null;
  if (node !== undefined) {
    node.port.onmessage = null;
    node.port.postMessage("end" satisfies ToPlayer);
    node.disconnect();
  }
  context.close().catch(() => {});
}
