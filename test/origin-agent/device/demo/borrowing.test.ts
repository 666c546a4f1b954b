import { afterEach, describe, expect, it, test } from "vitest";
import type { HardwareWant } from "#protocol";
import type { LentHardware } from "../../../../origin-agent/device/hardware.ts";
import { createAudioEncoder, createVideoEncoder, PACKET_SAMPLES } from "../../../../origin-agent/encode/index.ts";
import { psnr } from "../../../support/h264-decoder.ts";
import { KEY, WatchedPhone } from "./screen.ts";

const PLACE = { latitude: 48.20817, longitude: 16.37382, accuracyM: 20, at: 1 } as const;
const CAMERA: HardwareWant = { kind: "camera", width: 640, height: 480, frameRate: 15 };
/** Where the button of an app stands whose loan has ended. */
const ASK_AGAIN = [360, 830] as const;

let phone: WatchedPhone;

afterEach(async () => await phone.close());

async function open(app: string): Promise<void> {
  phone = await WatchedPhone.open(app);
  await phone.rest();
}

/** Something comes, and the picture is another than it was. */
async function brings(...news: readonly LentHardware[]): Promise<void> {
  const before = phone.picture().luma;
  for (const one of news) phone.device.hardware?.(one);
  await phone.rest();
  expect(psnr(phone.picture().luma, before)).toBeLessThan(35);
}

async function pictureOf(red: number, green: number, blue: number): Promise<Uint8Array> {
  const size = { width: 640, height: 480 };
  const encoder = createVideoEncoder({ ...size, bitrate: 1_000_000, frameRate: 15 });
  const pixels = new Uint8Array(size.width * size.height * 4);
  for (let at = 0; at < pixels.length; at += 4) pixels.set([red, green, blue, 255], at);
  const { data } = await encoder.encode({ ...size, pixels }, { keyframe: true });
  encoder.close();
  return data;
}

function cameraFrame(data: Uint8Array): LentHardware {
  return { type: "frame", kind: "camera", keyframe: true, capturedAtMicros: 1, data };
}

describe("an app that borrows", () => {
  it.each([
    ["location", "Location"],
    ["motion", "Motion"],
    ["camera", "Camera"],
    ["microphone", "Microphone"],
  ] as const)("B-2 asks for %s when it is opened, and gives it back when it is left", async (kind, purpose) => {
    await open(kind);
    expect(phone.wishes).toMatchObject([{ purpose, want: { kind } }]);
    phone.key(KEY.home);
    expect(phone.wishes.slice(1)).toEqual([{ done: kind }]);
  });

  it("B-2 says that it was denied, and asks again when it is told to", async () => {
    await open("camera");
    await brings({ type: "ended", kind: "camera", reason: "denied" });
    phone.tap(...ASK_AGAIN);
    expect(phone.wishes).toHaveLength(2);
    expect(phone.wishes[1]).toEqual(phone.wishes[0]);
  });

  it("B-4 shows nothing of what it was lent once that is over", async () => {
    await open("location");
    const asking = phone.picture().luma;
    await brings({ type: "granted", want: { kind: "location", intervalMs: 1_000, distanceM: 0, accuracy: "fine" } });
    await brings({ type: "location", ...PLACE });
    await brings({ type: "ended", kind: "location", reason: "nobody" });
    expect(psnr(phone.picture().luma, asking)).toBeGreaterThan(15);
  });
});

test("a place is shown on a map, and another place is another picture", async () => {
  await open("location");
  await brings(
    { type: "granted", want: { kind: "location", intervalMs: 1_000, distanceM: 0, accuracy: "fine" } },
    { type: "location", ...PLACE },
  );
  await brings({ type: "location", ...PLACE, accuracyM: 2_000 });
  await brings({ type: "location", ...PLACE, latitude: -33.9 });
});

test("a tilt moves the bubble, by orientation or by gravity alone", async () => {
  await open("motion");
  await brings(
    { type: "granted", want: { kind: "motion", rateHz: 30 } },
    { type: "motion", orientation: { alpha: 0, beta: 0, gamma: 0 }, at: 1 },
  );
  await brings({ type: "motion", orientation: { alpha: 0, beta: 40, gamma: -20 }, at: 2 });
  await brings({ type: "motion", acceleration: { x: -5, y: -5, z: 7 }, at: 3 });
});

test("a camera's picture is shown in its colours, and bytes that are none do no harm", async () => {
  await open("camera");
  phone.device.hardware?.({ type: "granted", want: CAMERA, codec: "h264" });
  phone.device.hardware?.(cameraFrame(await pictureOf(20, 20, 20)));
  await phone.rest();
  const middle = () => phone.picture().luma[640 * 720 + 360] ?? 0;
  expect(middle()).toBeLessThan(50);
  phone.device.hardware?.(cameraFrame(new Uint8Array(2_000).fill(0x67)));
  phone.device.hardware?.(cameraFrame(await pictureOf(230, 230, 230)));
  await phone.until(() => middle() > 180);
});

test("a sound moves the meter", async () => {
  await open("microphone");
  phone.device.hardware?.({ type: "granted", want: { kind: "microphone" } });
  await phone.rest();
  const silent = phone.picture().luma;
  const encoder = createAudioEncoder(1);
  const sound = Float32Array.from({ length: PACKET_SAMPLES }, (_, at) => 0.5 * Math.sin(at / 8));
  for (let packet = 0; packet < 10; packet += 1) {
    const data = await encoder.encode(sound);
    phone.device.hardware?.({ type: "frame", kind: "microphone", keyframe: true, capturedAtMicros: 1, data });
  }
  encoder.close();
  await phone.rest();
  expect(psnr(phone.picture().luma, silent)).toBeLessThan(30);
});
