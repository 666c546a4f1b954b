import { AV_CHANNEL_LAYOUT_STEREO, AV_CODEC_ID_OPUS, AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Packet } from "node-av/lib";

/** libav's own Opus decoder, for stereo of 48 kHz. */
export class OpusDecoder {
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #frame = new Frame();

  constructor() {
    const codec = Codec.findDecoder(AV_CODEC_ID_OPUS);
    this.#context.allocContext3(codec);
    this.#context.sampleRate = 48_000;
    this.#context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    FFmpegError.throwIfError(this.#context.open2Sync(codec), "open");
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** The left channel. */
  decode(data: Uint8Array): Float32Array {
    this.#packet.data = Buffer.from(data);
    FFmpegError.throwIfError(this.#context.sendPacketSync(this.#packet), "send");
    this.#packet.unref();
    FFmpegError.throwIfError(this.#context.receiveFrameSync(this.#frame), "receive");
    if (this.#frame.format !== AV_SAMPLE_FMT_FLTP) throw new Error(`decoded to format ${this.#frame.format}`);
    const bytes = Uint8Array.from(this.#frame.data?.[0] ?? []);
    const samples = new Float32Array(bytes.buffer).slice(0, this.#frame.nbSamples);
    this.#frame.unref();
    return samples;
  }

  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }
}

export function loudness(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** How strongly a sound holds a frequency (Goertzel), as the amplitude of that sine. */
export function amplitudeAt(samples: Float32Array, frequencyHz: number): number {
  let [real, imaginary] = [0, 0];
  for (const [at, sample] of samples.entries()) {
    const angle = (2 * Math.PI * frequencyHz * at) / 48_000;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

export function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
