import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createAudioEncoder,
  createVideoEncoder,
  PACKET_SAMPLES,
  SAMPLE_RATE,
} from "../../../../../origin-agent/encode/index.ts";
import { Fifo, Pieces } from "../../../../support/fifo.ts";
import { amplitudeAt } from "../../../../support/opus-decoder.ts";
import { until } from "../../../../support/until.ts";
import { type Opened, Rig } from "../rig.ts";

const CAMERA = { width: 64, height: 48, frameRate: 15 } as const;
const PICTURE_BYTES = (CAMERA.width * CAMERA.height * 3) / 2;
const BLACK = 16;
const WHITE = 235;

let rig: Rig;
let fifo: Fifo;
beforeEach(async () => {
  [rig, fifo] = await Promise.all([Rig.start(), Fifo.make()]);
  rig.atEnd(() => fifo.remove());
});
afterEach(() => rig.stop());

async function withCamera(): Promise<Opened> {
  const camera = { ...CAMERA, path: fifo.path };
  const opened = await rig.inUse({}, (serial) => ({ cameras: new Map([[serial, camera]]), microphones: new Map() }));
  expect(opened.device.description.features).toContain("camera");
  return opened;
}

async function white(): Promise<Uint8Array> {
  const size = { width: 128, height: 96 };
  const encoder = createVideoEncoder({ ...size, bitrate: 1_000_000, frameRate: 15 });
  const pixels = new Uint8Array(size.width * size.height * 4).fill(255);
  const { data } = await encoder.encode({ ...size, pixels }, { keyframe: true });
  encoder.close();
  return data;
}

describe("a camera that is read out of a pipe", () => {
  it("B-2 makes the device ask once somebody reads, and be done when they do no more", async () => {
    const { yielded } = await withCamera();
    expect(yielded.wishes).toEqual([]);
    const reader = fifo.read();
    await until("the ask", () => yielded.wishes.length === 1);
    expect(yielded.wishes[0]).toEqual({ purpose: "Camera", want: { kind: "camera", ...CAMERA } });
    reader.close();
    await until("that it is done", () => yielded.wishes.length === 2);
    expect(yielded.wishes[1]).toEqual({ done: "camera" });
  });

  it("B-6 shows what is lent, in the size that is read, and black before and after", async () => {
    const { open, yielded } = await withCamera();
    const reader = fifo.read();
    const pieces = new Pieces(reader, PICTURE_BYTES);
    const shows = async (luma: number) =>
      await until(`a picture of ${luma}`, () => {
        const shown = pieces.take().at(-1);
        return shown !== undefined && Math.abs((shown[0] ?? 0) - luma) < 3;
      });
    await until("the ask", () => yielded.wishes.length === 1);
    await shows(BLACK);
    open.hardware?.({ type: "granted", want: { kind: "camera", ...CAMERA }, codec: "h264" });
    const frame = { type: "frame", kind: "camera", keyframe: true, capturedAtMicros: 1 } as const;
    open.hardware?.({ ...frame, data: new Uint8Array(500).fill(0x67) });
    open.hardware?.({ ...frame, data: await white() });
    await shows(WHITE);
    open.hardware?.({ type: "ended", kind: "camera", reason: "stopped" });
    await shows(BLACK);
    open.hardware?.({ ...frame, data: await white() });
    await shows(BLACK);
    reader.close();
  });
});

it("B-6 a lent microphone is read out of a pipe as sound of 48 kHz, and is silent before", async () => {
  const { open, yielded, device } = await rig.inUse({}, (serial) => ({
    cameras: new Map(),
    microphones: new Map([[serial, fifo.path]]),
  }));
  expect(device.description.features).toContain("microphone");
  const reader = fifo.read();
  await until("the ask", () => yielded.wishes.length === 1);
  expect(yielded.wishes[0]).toEqual({ purpose: "Microphone", want: { kind: "microphone" } });
  let silence = new Uint8Array();
  await until("silence", () => {
    silence = Uint8Array.from(reader.take());
    return silence.length > 0;
  });
  expect(silence.every((byte) => byte === 0)).toBe(true);
  open.hardware?.({ type: "granted", want: { kind: "microphone" } });
  const encoder = createAudioEncoder(1);
  const heard: number[] = [];
  for (let packet = 0; packet < 40; packet += 1) {
    const sound = Float32Array.from(
      { length: PACKET_SAMPLES },
      (_, at) => 0.5 * Math.sin((2 * Math.PI * 440 * (packet * PACKET_SAMPLES + at)) / SAMPLE_RATE),
    );
    const data = await encoder.encode(sound);
    open.hardware?.({ type: "frame", kind: "microphone", keyframe: true, capturedAtMicros: 1, data });
    await until("the packet", () => {
      const bytes = Buffer.from(reader.take());
      for (let at = 0; at + 1 < bytes.length; at += 2) heard.push(bytes.readInt16LE(at) / 0x7fff);
      return heard.length >= (packet + 1) * PACKET_SAMPLES;
    });
  }
  encoder.close();
  expect(amplitudeAt(Float32Array.from(heard.slice(-20 * PACKET_SAMPLES)), 440)).toBeGreaterThan(0.4);
  reader.close();
  await until("that it is done", () => yielded.wishes.length === 2);
  expect(yielded.wishes[1]).toEqual({ done: "microphone" });
});
