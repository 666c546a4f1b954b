import { afterEach, expect, test } from "vitest";
import { createVideoEncoder, type Picture, type VideoEncoder } from "../../../origin-agent/encode/index.ts";
import { H264Decoder, lumaOf, psnr } from "../../support/h264-decoder.ts";
import { NAL, nalTypes, nalUnits, readSps } from "../../support/h264-stream.ts";
import { HEIGHT, moving, page, plain, WIDTH } from "./pictures.ts";

const FRAME_RATE = 30;
const open: (VideoEncoder | H264Decoder)[] = [];

afterEach(() => {
  for (const codec of open.splice(0)) codec.close();
});

function encoder(bitrate = 2_000_000): VideoEncoder {
  const made = createVideoEncoder({ width: WIDTH, height: HEIGHT, bitrate, frameRate: FRAME_RATE });
  open.push(made);
  return made;
}

function decoder(): H264Decoder {
  const made = new H264Decoder();
  open.push(made);
  return made;
}

async function encodeMany(video: VideoEncoder, from: number, to: number) {
  const encoded = [];
  for (let step = from; step < to; step += 1) encoded.push(await video.encode(moving(step), { keyframe: false }));
  return encoded;
}

function bitsPerSecond(pictures: readonly { readonly data: Uint8Array }[]): number {
  const bytes = pictures.reduce((sum, { data }) => sum + data.byteLength, 0);
  return (bytes * 8 * FRAME_RATE) / pictures.length;
}

test("the first of 320 pictures is a keyframe, and none of the others", async () => {
  const encoded = await encodeMany(encoder(), 0, 320);
  expect(encoded.map(({ keyframe }) => keyframe).filter(Boolean)).toEqual([true]);
  expect(encoded[0]?.keyframe).toBe(true);
  expect(encoded.slice(1).every(({ data }) => nalTypes(data).every((type) => type === NAL.slice))).toBe(true);
});

test("a keyframe comes exactly when it is asked for, with SPS and PPS before it", async () => {
  const video = encoder();
  const decoded = decoder();
  for (let step = 0; step < 12; step += 1) {
    const asked = step === 5 || step === 6 || step === 11;
    const { keyframe, data } = await video.encode(moving(step), { keyframe: asked });
    expect(keyframe).toBe(asked || step === 0);
    expect(decoded.decode(data)?.keyframe).toBe(keyframe);
    if (!keyframe) continue;
    expect([...data.subarray(0, 5)]).toEqual([0, 0, 0, 1, 0x67]);
    const types = nalTypes(data).filter((type) => type !== NAL.sei);
    expect(types.slice(0, 3)).toEqual([NAL.sps, NAL.pps, NAL.idr]);
  }
});

test("a decoder that joins at a keyframe needs nothing from before it", async () => {
  const video = encoder();
  await encodeMany(video, 0, 10);
  const picture = page();
  const { data } = await video.encode(picture, { keyframe: true });
  const shown = decoder().decode(data);
  expect(psnr(shown?.luma ?? new Uint8Array(), lumaOf(picture.pixels))).toBeGreaterThan(25);
});

test("each picture that goes in comes out of encoder and decoder before the next goes in", async () => {
  const video = encoder();
  const decoded = decoder();
  for (let step = 0; step < 30; step += 1) {
    const picture = moving(step);
    const { data } = await video.encode(picture, { keyframe: false });
    const shown = decoded.decode(data);
    expect(shown).toMatchObject({ width: WIDTH, height: HEIGHT });
    expect(psnr(shown?.luma ?? new Uint8Array(), lumaOf(picture.pixels))).toBeGreaterThan(28);
  }
});

test("the SPS promises no reordering and names BT.709 in limited range", async () => {
  const { data } = await encoder().encode(page(), { keyframe: false });
  const sps = nalUnits(data).find((nal) => ((nal[0] ?? 0) & 0x1f) === NAL.sps) ?? new Uint8Array();
  const facts = readSps(sps);
  expect(facts).toMatchObject({ profile: 100, level: 30, maxReorderFrames: 0, maxDecodedBuffered: 1 });
  expect(facts.colour).toEqual({ fullRange: false, codes: [1, 1, 1] });
});

test("a lower and a higher bitrate take effect with the next pictures, without a keyframe", async () => {
  const video = encoder(3_000_000);
  const before = await encodeMany(video, 0, 40);
  video.setTarget(500_000, FRAME_RATE);
  const lower = await encodeMany(video, 40, 80);
  video.setTarget(3_000_000, FRAME_RATE);
  const higher = await encodeMany(video, 80, 120);
  expect([...before.slice(1), ...lower, ...higher].some(({ keyframe }) => keyframe)).toBe(false);
  expect(bitsPerSecond(lower.slice(4))).toBeLessThan(550_000);
  expect(bitsPerSecond(lower.slice(4))).toBeGreaterThan(300_000);
  expect(bitsPerSecond(before.slice(10))).toBeGreaterThan(2 * bitsPerSecond(lower.slice(4)));
  expect(bitsPerSecond(higher.slice(4))).toBeGreaterThan(2 * bitsPerSecond(lower.slice(4)));
});

test("half as many pictures a second may each be twice as large", async () => {
  const video = encoder(600_000);
  const fast = await encodeMany(video, 0, 40);
  video.setTarget(600_000, FRAME_RATE / 2);
  const slow = await encodeMany(video, 40, 80);
  const [fastBytes, slowBytes] = [fast.slice(10), slow.slice(10)].map((some) => bitsPerSecond(some) / FRAME_RATE / 8);
  expect((slowBytes ?? 0) / (fastBytes ?? 1)).toBeGreaterThan(1.6);
});

test("no picture costs much more than the rate allows in a few pictures' time, not even a keyframe", async () => {
  const bitrate = 1_000_000;
  const video = encoder(bitrate);
  const sizes = [];
  for (let step = 0; step < 40; step += 1) {
    const picture = step % 8 === 0 ? page(step + 1) : moving(step * 5);
    sizes.push((await video.encode(picture, { keyframe: step % 16 === 0 })).data.byteLength);
  }
  expect(Math.max(...sizes)).toBeLessThan((6 / FRAME_RATE) * (bitrate / 8));
});

test("a page that stands still becomes sharp, says so, and then costs nearly nothing", async () => {
  const video = encoder(800_000);
  const decoded = decoder();
  for (const { data } of await encodeMany(video, 0, 30)) decoded.decode(data);
  video.setTarget(800_000, 10);
  const picture = page();
  const exact = lumaOf(picture.pixels);
  const first = await video.encode(picture, { keyframe: false });
  expect(first.sharp).toBe(false);
  const firstLikeness = psnr(decoded.decode(first.data)?.luma ?? new Uint8Array(), exact);
  let last = first;
  let likeness = firstLikeness;
  for (let again = 0; again < 60 && !last.sharp; again += 1) {
    last = await video.encode(picture, { keyframe: false });
    likeness = psnr(decoded.decode(last.data)?.luma ?? new Uint8Array(), exact);
  }
  expect(last.sharp).toBe(true);
  expect(likeness).toBeGreaterThan(35);
  expect(likeness).toBeGreaterThan(firstLikeness + 5);
  for (let again = 0; again < 20; again += 1) last = await video.encode(picture, { keyframe: false });
  expect(last.data.byteLength).toBeLessThan(500);
});

test.each([
  ["#ff0000", 63, 102, 240],
  ["#00ff00", 173, 42, 26],
  ["#0000ff", 32, 240, 118],
  ["#ffffff", 235, 128, 128],
  ["#000000", 16, 128, 128],
])("the colour %s arrives as BT.709 has it", async (colour, luma, blue, red) => {
  const shown = decoder().decode((await encoder().encode(plain(colour), { keyframe: false })).data);
  const middle = (HEIGHT / 2) * WIDTH + WIDTH / 2;
  const chroma = (HEIGHT / 4) * (WIDTH / 2) + WIDTH / 4;
  expect(Math.abs((shown?.luma[middle] ?? 0) - luma)).toBeLessThanOrEqual(2);
  expect(Math.abs((shown?.blueChroma[chroma] ?? 0) - blue)).toBeLessThanOrEqual(2);
  expect(Math.abs((shown?.redChroma[chroma] ?? 0) - red)).toBeLessThanOrEqual(2);
});

test("a width that memory does not align to keeps its rows straight", async () => {
  const [width, height] = [202, 100];
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) pixels.fill(0, (y * width + 100) * 4, (y * width + 120) * 4);
  const video = createVideoEncoder({ width, height, bitrate: 1_000_000, frameRate: FRAME_RATE });
  open.push(video);
  const shown = decoder().decode((await video.encode({ width, height, pixels }, { keyframe: false })).data);
  expect(shown).toMatchObject({ width, height });
  for (const y of [2, 50, 97]) {
    expect(shown?.luma[y * width + 110]).toBeLessThan(40);
    expect(shown?.luma[y * width + 60]).toBeGreaterThan(210);
    expect(shown?.luma[y * width + 160]).toBeGreaterThan(210);
  }
});

test("what was encoded stays the receiver's own", async () => {
  const video = encoder();
  const { data } = await video.encode(page(), { keyframe: false });
  const copy = data.slice();
  await encodeMany(video, 0, 10);
  video.close();
  expect(data).toEqual(copy);
});

test("closing during an encoding lets it end, and nothing is encoded afterwards", async () => {
  const video = encoder();
  const underWay = video.encode(page(), { keyframe: false });
  video.close();
  video.close();
  expect((await underWay).data.byteLength).toBeGreaterThan(100);
  await expect(video.encode(page(), { keyframe: false })).rejects.toThrow("the encoder is closed");
});

test("a second picture before the first is done is refused", async () => {
  const video = encoder();
  const first = video.encode(page(), { keyframe: false });
  await expect(video.encode(page(), { keyframe: false })).rejects.toThrow("one input at a time");
  expect((await first).keyframe).toBe(true);
});

test("sizes that H.264 cannot hold are refused in words", async () => {
  const make = (width: number, height: number) => () =>
    createVideoEncoder({ width, height, bitrate: 1_000_000, frameRate: FRAME_RATE });
  expect(make(361, 640)).toThrow("odd side");
  expect(make(16_384, 16_384)).toThrow("no level");
  const wrong: Picture = { width: WIDTH / 2, height: HEIGHT, pixels: new Uint8Array((WIDTH / 2) * HEIGHT * 4) };
  await expect(encoder().encode(wrong, { keyframe: false })).rejects.toThrow("another size");
});
