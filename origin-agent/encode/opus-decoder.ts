import { AV_CHANNEL_LAYOUT_MONO, AV_CODEC_ID_OPUS, AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { Codec, CodecContext, Frame, Packet } from "node-av/lib";
import type { AudioDecoder } from "./encoder.ts";
import { check, NativeTurn, present } from "./libav.ts";
import { SAMPLE_RATE } from "./opus-encoder.ts";

/**
 * Opus of one channel by libav.
 * @throws Error when the codec cannot be opened
 */
export function createAudioDecoder(): AudioDecoder {
  const codec = present(Codec.findDecoder(AV_CODEC_ID_OPUS), "the decoder of opus");
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = SAMPLE_RATE;
  context.channelLayout = AV_CHANNEL_LAYOUT_MONO;
  check(context.open2Sync(codec), "opening opus");
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  const turn = new NativeTurn(() => {
    context.freeContext();
    packet.free();
    frame.free();
  });

  async function decode(data: Uint8Array): Promise<Float32Array> {
    packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const sent = await context.sendPacket(packet);
    packet.unref();
    check(sent, "opus decode");
    check(await context.receiveFrame(frame), "opus sound");
    if (frame.format !== AV_SAMPLE_FMT_FLTP) throw new Error("opus was decoded to another format");
    const bytes = Uint8Array.from(present(frame.data?.[0], "a decoded sound"));
    const samples = new Float32Array(bytes.buffer, 0, frame.nbSamples);
    frame.unref();
    return samples;
  }

  return { decode: (data) => turn.take(() => decode(data)), close: () => turn.close() };
}
