import { expect, test } from "vitest";
import { createAudioEncoder, PACKET_SAMPLES, SAMPLE_RATE } from "../../origin-agent/encode/index.ts";
import { until } from "../support/until.ts";
import { browserWorld, statsOf } from "./browser-world.ts";

const { openLive } = browserWorld();

async function encodeTone(packets: number): Promise<Uint8Array[]> {
  const encoder = createAudioEncoder(2);
  const encoded: Uint8Array[] = [];
  try {
    for (let packet = 0; packet < packets; packet++) {
      const samples = Float32Array.from({ length: 2 * PACKET_SAMPLES }, (_, index) => {
        const at = packet * PACKET_SAMPLES + (index >> 1);
        return 0.2 * Math.sin((2 * Math.PI * 440 * at) / SAMPLE_RATE);
      });
      encoded.push(await encoder.encode(samples));
    }
  } finally {
    encoder.close();
  }
  return encoded;
}

test("sound waits for a gesture, plays from then on, and can be turned off", async () => {
  const { page, seat } = await openLive();
  expect((await statsOf(page)).sound).toBe("none");
  seat.tell({ type: "audio", codec: "opus", sampleRate: 48_000, channels: 2 });
  await until("it waits", async () => (await statsOf(page)).sound === "waiting-for-gesture");
  await page.locator("#home").click();
  await until("it plays", async () => (await statsOf(page)).sound === "playing");
  expect(await page.locator("#sound").getAttribute("aria-label")).toBe("Turn sound off");
  const packets = await encodeTone(50);
  let sequence = 0;
  const stream = setInterval(() => {
    seat.frame(
      { kind: "audio", keyframe: true, config: false, sequence },
      packets[sequence % packets.length] as Uint8Array,
    );
    sequence += 1;
  }, 20);
  try {
    await until("sound is buffered", async () => (await statsOf(page)).audioBufferedMs > 0);
    await until("audio is acknowledged", () => (seat.heardOf("ack").at(-1)?.audio ?? 0) > 0);
  } finally {
    clearInterval(stream);
  }
  expect((await statsOf(page)).audioBufferedMs).toBeLessThanOrEqual(150);
  await page.locator("#sound").click();
  await until("it is off", async () => (await statsOf(page)).sound === "muted");
});

test("a person who has done something before there was sound hears it from its first packet on", async () => {
  const { page, seat } = await openLive();
  await page.locator("#home").click();
  seat.tell({ type: "audio", codec: "opus", sampleRate: 48_000, channels: 2 });
  await until("it waits", async () => (await statsOf(page)).sound === "waiting-for-gesture");
  const [packet] = await encodeTone(1);
  seat.frame({ kind: "audio", keyframe: true, config: false, sequence: 0 }, packet as Uint8Array);
  await until("it plays", async () => (await statsOf(page)).sound === "playing");
});

test("a seat that may not listen has no sound", async () => {
  const { page } = await openLive(
    {},
    { rights: ["view", "touch"], audio: { codec: "opus", sampleRate: 48_000, channels: 2 } },
  );
  expect((await statsOf(page)).sound).toBe("none");
  expect(await page.locator("#sound").isDisabled()).toBe(true);
});
