import { setTimeout as pause } from "node:timers/promises";
import { createAudioEncoder, PACKET_SAMPLES, SAMPLE_RATE } from "../../../../origin-agent/encode/index.ts";
import type { ByteStream } from "../byte-stream.ts";
import { audioHeader, type Framing } from "./framing.ts";
import type { ServerOptions } from "./options.ts";

const PACKET_MS = (PACKET_SAMPLES * 1_000) / SAMPLE_RATE;
const CHANNELS = 2;
const LOUDNESS = 0.25;
/** OpusHead (RFC 7845, 5.1): version 1, two channels, 312 samples of pre-skip, 48 kHz, no gain, mapping 0. */
const OPUS_HEAD = Buffer.from("4f707573486561640102380180bb0000000000", "hex");

interface AudioOptions {
  readonly socket: ByteStream;
  readonly framing: Framing;
  readonly options: ServerOptions;
  readonly uptimeMicros: () => number;
  /** The tone that the device plays, in hertz; undefined is silence, which is recorded too. */
  readonly tone: () => number | undefined;
}

/** What the device plays, 20 ms by 20 ms, until the client is gone. */
export async function streamAudio({ socket, framing, options, uptimeMicros, tone }: AudioOptions): Promise<void> {
  const encoder = createAudioEncoder(CHANNELS);
  try {
    if (options.sendStreamMeta) await socket.write(audioHeader());
    const write = (kind: "config" | "delta", data: Uint8Array) =>
      socket.write(options.sendFrameMeta ? framing.packet({ kind, ptsMicros: uptimeMicros(), data }) : data);
    await write("config", OPUS_HEAD);
    let [sample, next] = [0, performance.now()];
    while (!socket.gone.aborted) {
      await write("delta", await encoder.encode(sound(sample, tone())));
      sample += PACKET_SAMPLES;
      // Sound that nobody took in time is lost, as the recorder overwrites it.
      next = Math.max(next + PACKET_MS, performance.now() - PACKET_MS);
      await pause(Math.max(0, next - performance.now()));
    }
  } finally {
    encoder.close();
  }
}

function sound(from: number, hertz: number | undefined): Float32Array {
  const samples = new Float32Array(PACKET_SAMPLES * CHANNELS);
  if (hertz === undefined) return samples;
  for (let at = 0; at < PACKET_SAMPLES; at += 1) {
    const value = LOUDNESS * Math.sin((2 * Math.PI * hertz * (from + at)) / SAMPLE_RATE);
    samples.fill(value, CHANNELS * at, CHANNELS * (at + 1));
  }
  return samples;
}
