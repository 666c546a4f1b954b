import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_SAMPLE_FMT_FLT,
  FF_ENCODER_LIBOPUS,
} from "node-av/constants";
import { Codec, CodecContext, Frame, Packet, Rational } from "node-av/lib";
import type { AudioEncoder } from "./encoder.ts";
import { check, NativeTurn, present } from "./libav.ts";

export const SAMPLE_RATE = 48_000;
/** 20 ms of one channel. */
export const PACKET_SAMPLES = (SAMPLE_RATE * 20) / 1000;

/** `lowdelay` drops the speech mode and its look-ahead: 2.5 ms of delay where `audio` has 6.5 ms. */
const OPUS_OPTIONS = { application: "lowdelay", frame_duration: "20", vbr: "constrained" } as const;
const BITRATE_PER_CHANNEL = 48_000;

/**
 * Opus by libopus: 48 kbit/s per channel.
 * @throws Error when the codec cannot be opened
 */
export function createAudioEncoder(channels: 1 | 2): AudioEncoder {
  const context = openContext(channels);
  const frame = newFrame(channels);
  const samples = present(frame.data?.[0], "the memory of a sound");
  const packet = new Packet();
  packet.alloc();
  const turn = new NativeTurn(() => {
    context.freeContext();
    frame.free();
    packet.free();
  });
  let samplesSent = 0n;

  async function encode(sound: Float32Array): Promise<Uint8Array> {
    if (sound.length !== PACKET_SAMPLES * channels) throw new RangeError("a packet is exactly 20 ms");
    samples.set(new Uint8Array(sound.buffer, sound.byteOffset, sound.byteLength));
    frame.pts = samplesSent;
    samplesSent += BigInt(PACKET_SAMPLES);
    check(await context.sendFrame(frame), "opus encode");
    check(await context.receivePacket(packet), "opus packet");
    const data = new Uint8Array(present(packet.data, "an encoded sound"));
    packet.unref();
    return data;
  }

  return { encode: (sound) => turn.take(() => encode(sound)), close: () => turn.close() };
}

function openContext(channels: 1 | 2): CodecContext {
  const codec = present(Codec.findEncoderByName(FF_ENCODER_LIBOPUS), "the encoder libopus");
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = SAMPLE_RATE;
  context.sampleFormat = AV_SAMPLE_FMT_FLT;
  context.channelLayout = layout(channels);
  context.timeBase = new Rational(1, SAMPLE_RATE);
  context.bitRate = BigInt(BITRATE_PER_CHANNEL * channels);
  for (const [name, value] of Object.entries(OPUS_OPTIONS)) {
    check(context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), `opus ${name}`);
  }
  check(context.open2Sync(codec), "opening opus");
  return context;
}

function newFrame(channels: 1 | 2): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.nbSamples = PACKET_SAMPLES;
  frame.format = AV_SAMPLE_FMT_FLT;
  frame.sampleRate = SAMPLE_RATE;
  frame.channelLayout = layout(channels);
  check(frame.getBuffer(0), "the memory of a sound");
  return frame;
}

function layout(channels: 1 | 2) {
  return channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
}
