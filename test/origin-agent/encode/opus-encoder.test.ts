import { expect, test } from "vitest";
import { createAudioEncoder, PACKET_SAMPLES } from "../../../origin-agent/encode/index.ts";
import { amplitudeAt, joined, loudness, OpusDecoder } from "../../support/opus-decoder.ts";

function sine(frequencyHz: number, packet: number): Float32Array {
  const block = new Float32Array(PACKET_SAMPLES * 2);
  for (let at = 0; at < block.length; at += 1) {
    const sample = packet * PACKET_SAMPLES + Math.floor(at / 2);
    block[at] = 0.4 * Math.sin((2 * Math.PI * frequencyHz * sample) / 48_000);
  }
  return block;
}

test("a second of 440 Hz is 50 packets of 20 ms, at most 100 kbit, that decode to 440 Hz", async () => {
  const [encoder, decoder] = [createAudioEncoder(2), new OpusDecoder()];
  let bytes = 0;
  const heard: Float32Array[] = [];
  for (let packet = 0; packet < 50; packet += 1) {
    const data = await encoder.encode(sine(440, packet));
    bytes += data.byteLength;
    heard.push(decoder.decode(data));
  }
  expect(heard.every((part) => part.length === PACKET_SAMPLES)).toBe(true);
  expect(bytes * 8).toBeLessThan(100_000);
  const settled = joined(heard.slice(5));
  expect(amplitudeAt(settled, 440)).toBeGreaterThan(0.35);
  expect(amplitudeAt(settled, 1000)).toBeLessThan(0.02);
  encoder.close();
  decoder.close();
});

test("the delay of the encoder is 2.5 ms, not a speech encoder's look-ahead", async () => {
  const [encoder, decoder] = [createAudioEncoder(2), new OpusDecoder()];
  const click = new Float32Array(PACKET_SAMPLES * 2);
  click.fill(0.8, 0, 96);
  const heard = decoder.decode(await encoder.encode(click));
  const strongest = heard.reduce((best, sample, at) => (Math.abs(sample) > Math.abs(heard[best] ?? 0) ? at : best), 0);
  expect(strongest / 48).toBeLessThan(4);
  encoder.close();
  decoder.close();
});

test("silence costs almost nothing and stays silent", async () => {
  const [encoder, decoder] = [createAudioEncoder(2), new OpusDecoder()];
  let last: Uint8Array = new Uint8Array();
  for (let packet = 0; packet < 10; packet += 1) {
    last = await encoder.encode(new Float32Array(PACKET_SAMPLES * 2));
    expect(loudness(decoder.decode(last))).toBeLessThan(0.001);
  }
  expect(last.byteLength).toBeLessThan(20);
  encoder.close();
  decoder.close();
});

test("a block that is not 20 ms is refused", async () => {
  const encoder = createAudioEncoder(1);
  await expect(encoder.encode(new Float32Array(PACKET_SAMPLES * 2))).rejects.toThrow("exactly 20 ms");
  encoder.close();
  await expect(encoder.encode(new Float32Array(PACKET_SAMPLES))).rejects.toThrow("closed");
});
