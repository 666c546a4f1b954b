import { AV_PIX_FMT_YUV420P, FF_ENCODER_LIBVPX_VP8 } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Packet, Rational } from "node-av/lib";
import { afterEach, describe, expect, it } from "vitest";
import {
  createAudioDecoder,
  createAudioEncoder,
  createPlanarDecoder,
  createVideoDecoder,
  createVideoEncoder,
  PACKET_SAMPLES,
  type VideoDecoder,
} from "../../../origin-agent/encode/index.ts";
import { amplitudeAt, joined } from "../../support/opus-decoder.ts";

let decoder: VideoDecoder | undefined;

afterEach(() => decoder?.close());

/** RGBA of one colour. */
function plain(width: number, height: number, colour: readonly [number, number, number]): Uint8Array {
  const pixels = new Uint8Array(width * height * 4);
  for (let at = 0; at < pixels.length; at += 4) pixels.set([...colour, 255], at);
  return pixels;
}

async function h264(width: number, height: number, colour: readonly [number, number, number]): Promise<Uint8Array> {
  const encoder = createVideoEncoder({ width, height, bitrate: 1_000_000, frameRate: 30 });
  const { data } = await encoder.encode({ width, height, pixels: plain(width, height, colour) }, { keyframe: true });
  encoder.close();
  return data;
}

/** One keyframe of grey by libvpx. */
function vp8(width: number, height: number, luma: number): Uint8Array {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBVPX_VP8);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = width;
  context.height = height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, 30);
  FFmpegError.throwIfError(context.open2Sync(codec), "open");
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = AV_PIX_FMT_YUV420P;
  FFmpegError.throwIfError(frame.getBuffer(0), "memory");
  for (const [plane, value] of [luma, 128, 128].entries()) frame.data?.[plane]?.fill(value);
  frame.pts = 0n;
  FFmpegError.throwIfError(context.sendFrameSync(frame), "send");
  FFmpegError.throwIfError(context.sendFrameSync(null), "end");
  const packet = new Packet();
  packet.alloc();
  FFmpegError.throwIfError(context.receivePacketSync(packet), "receive");
  const data = Uint8Array.from(packet.data ?? []);
  packet.free();
  frame.free();
  context.freeContext();
  return data;
}

describe("a lent camera's pictures", () => {
  it("B-6 come out of H.264 one for one, in their colours, in whatever size they have", async () => {
    decoder = createVideoDecoder("h264");
    for (const [width, height] of [
      [640, 480],
      [64, 48],
      [480, 640],
    ] as const) {
      const picture = await decoder.decode(await h264(width, height, [200, 40, 90]));
      expect(picture).toMatchObject({ width, height });
      expect(picture?.pixels).toHaveLength(width * height * 4);
      const middle = (height / 2) * width * 4 + width * 2;
      const [red = 0, green = 0, blue = 0, alpha] = picture?.pixels.subarray(middle, middle + 4) ?? [];
      for (const [seen, meant] of [
        [red, 200],
        [green, 40],
        [blue, 90],
      ] as const)
        expect(Math.abs(seen - meant)).toBeLessThan(12);
      expect(alpha).toBe(255);
    }
  });

  it("B-6 come out of VP8 too", async () => {
    decoder = createVideoDecoder("vp8");
    const picture = await decoder.decode(vp8(640, 480, 235));
    expect(picture).toMatchObject({ width: 640, height: 480 });
    expect(picture?.pixels[0]).toBeGreaterThan(245);
  });

  it.each([
    ["nothing of H.264", Uint8Array.from({ length: 500 }, (_, at) => (at * 7) % 256)],
    ["an H.264 parameter set and garbage", Uint8Array.from([0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1e, 0xff, 0xff, 0xff])],
    ["one byte", Uint8Array.of(0)],
  ])("B-6 that are %s are an error, and the next picture is one again", async (_what, data) => {
    decoder = createVideoDecoder("h264");
    const wrong = await decoder.decode(data).catch(() => "refused");
    expect([undefined, "refused"]).toContain(wrong);
    expect(await decoder.decode(await h264(64, 48, [9, 9, 9]))).toMatchObject({ width: 64, height: 48 });
  });

  it("B-6 of more pixels than a camera may have are refused", async () => {
    decoder = createVideoDecoder("h264");
    await expect(decoder.decode(await h264(2560, 1600, [9, 9, 9]))).rejects.toThrow();
  });
});

describe("a lent camera's pictures as planes", () => {
  /** Of a picture of 64x48: luma and both chromas at a place. */
  const at = (picture: Uint8Array, x: number, y: number) => {
    const chroma = 64 * 48 + (y >> 1) * 32 + (x >> 1);
    return [picture[y * 64 + x], picture[chroma], picture[chroma + 32 * 24]];
  };
  const BLACK = [16, 128, 128];

  it.each([
    ["of the same shape fill them", 640, 480, [0, 0], undefined],
    ["that are higher stand in the middle", 48, 96, [32, 0], [10, 24]],
    ["that are wider lie in the middle", 128, 48, [0, 24], [32, 4]],
  ] as const)("B-6 %s", async (_what, width, height, [x, y], outside) => {
    const planar = createPlanarDecoder("vp8", { width: 64, height: 48 });
    const picture = (await planar.decode(vp8(width, height, 200))) ?? new Uint8Array();
    planar.close();
    expect(picture).toHaveLength((64 * 48 * 3) / 2);
    const [luma = 0, ...chroma] = at(picture, x, y);
    expect(Math.abs(luma - 200)).toBeLessThan(6);
    expect(chroma.every((value = 0) => Math.abs(value - 128) < 3)).toBe(true);
    if (outside !== undefined) expect(at(picture, outside[0], outside[1])).toEqual(BLACK);
  });

  it("B-6 keep their colours", async () => {
    const planar = createPlanarDecoder("h264", { width: 64, height: 48 });
    const picture = (await planar.decode(await h264(640, 480, [200, 40, 90]))) ?? new Uint8Array();
    planar.close();
    // BT.709, limited range.
    for (const [index, meant] of [82, 132, 194].entries())
      expect(Math.abs((at(picture, 32, 24)[index] ?? 0) - meant)).toBeLessThan(4);
  });
});

it("B-6 a lent microphone's packets come out as the sound that went in", async () => {
  const [encoder, opus] = [createAudioEncoder(1), createAudioDecoder()];
  const heard: Float32Array[] = [];
  for (let packet = 0; packet < 20; packet += 1) {
    const sound = Float32Array.from(
      { length: PACKET_SAMPLES },
      (_, at) => 0.3 * Math.sin((2 * Math.PI * 440 * (packet * PACKET_SAMPLES + at)) / 48_000),
    );
    heard.push(await opus.decode(await encoder.encode(sound)));
  }
  expect(amplitudeAt(joined(heard.slice(5)), 440)).toBeGreaterThan(0.25);
  encoder.close();
  opus.close();
});
