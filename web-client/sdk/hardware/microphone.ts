import { nowMicros } from "../now.ts";
import workletUrl from "./microphone-worklet.ts?worker&url";
import { type Source, SourceError, type SourcePort } from "./source.ts";

const SAMPLE_RATE = 48_000;
const PACKET_MICROS = 20_000;
const BITRATE = 32_000;
/** Packets that the encoder has not begun; later sound is not sound of that moment any more. */
const MAX_QUEUED = 5;
const OPUS: AudioEncoderConfig = {
  codec: "opus",
  sampleRate: SAMPLE_RATE,
  numberOfChannels: 1,
  bitrate: BITRATE,
  opus: { frameDuration: PACKET_MICROS },
};

/**
 * The microphone as Opus packets of 20 ms; the browser asks the person by itself. Called within a gesture.
 * @throws DOMException the browser's refusal, or SourceError unsupported
 */
export async function openMicrophone(port: SourcePort): Promise<Source> {
  if (typeof AudioEncoder === "undefined" || typeof AudioWorkletNode === "undefined")
    throw new SourceError("unsupported");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  });
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: "interactive" });
  const microphone = new Microphone(stream, context, port);
  try {
    await microphone.connect();
  } catch {
    // A browser that does not resample, or has no such encoder.
    microphone.stop();
    throw new SourceError("unsupported");
  }
  return { start: () => microphone.start(), stop: () => microphone.stop() };
}

class Microphone {
  readonly #stream: MediaStream;
  readonly #context: AudioContext;
  readonly #port: SourcePort;
  readonly #encoder: AudioEncoder;
  #source: MediaStreamAudioSourceNode | undefined;
  #listener: AudioWorkletNode | undefined;
  #timestamp = 0;
  readonly #capturedAt: number[] = [];
  #stopped = false;

  constructor(stream: MediaStream, context: AudioContext, port: SourcePort) {
    this.#stream = stream;
    this.#context = context;
    this.#port = port;
    this.#encoder = new AudioEncoder({ output: (chunk) => this.#encoded(chunk), error: () => this.#end() });
    for (const track of stream.getTracks()) track.addEventListener("ended", () => this.#end());
  }

  async connect(): Promise<void> {
    const { supported } = await AudioEncoder.isConfigSupported(OPUS);
    if (supported !== true) throw new SourceError("unsupported");
    this.#encoder.configure(OPUS);
    await this.#context.audioWorklet.addModule(workletUrl);
    this.#source = this.#context.createMediaStreamSource(this.#stream);
    this.#listener = new AudioWorkletNode(this.#context, "nearglass-listener", { numberOfOutputs: 0 });
    await this.#context.resume();
  }

  start(): void {
    if (this.#listener === undefined) return;
    this.#listener.port.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => this.#heard(data);
    this.#source?.connect(this.#listener);
  }

  stop(): void {
    this.#stopped = true;
    for (const track of this.#stream.getTracks()) track.stop();
    if (this.#listener !== undefined) this.#listener.port.onmessage = null;
    this.#source?.disconnect();
    if (this.#encoder.state !== "closed") this.#encoder.close();
    this.#context.close().catch(() => {});
  }

  #end(): void {
    if (!this.#stopped) this.#port.ended();
  }

  #heard(samples: Float32Array<ArrayBuffer>): void {
    if (this.#stopped || this.#encoder.encodeQueueSize > MAX_QUEUED || !this.#port.hasRoom()) return;
    const sound = new AudioData({
      format: "f32-planar",
      sampleRate: SAMPLE_RATE,
      numberOfFrames: samples.length,
      numberOfChannels: 1,
      timestamp: this.#timestamp,
      data: samples,
    });
    this.#timestamp += PACKET_MICROS;
    this.#capturedAt.push(nowMicros() - PACKET_MICROS);
    this.#encoder.encode(sound);
    sound.close();
  }

  #encoded(chunk: EncodedAudioChunk): void {
    const capturedAtMicros = this.#capturedAt.shift() ?? nowMicros();
    if (this.#stopped) return;
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    this.#port.frame("microphone", { keyframe: true, capturedAtMicros, data });
  }
}
