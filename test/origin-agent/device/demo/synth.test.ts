import { expect, test } from "vitest";
import { Synth } from "../../../../origin-agent/device/demo/sound/synth.ts";
import { amplitudeAt, loudness } from "../../../support/opus-decoder.ts";

const BLOCK = 960;

/** The left channel of the next `seconds`. */
function listen(synth: Synth, seconds: number): Float32Array {
  const block = new Float32Array(BLOCK * 2);
  const heard = new Float32Array(Math.round((seconds * 48_000) / BLOCK) * BLOCK);
  for (let at = 0; at < heard.length; at += BLOCK) {
    synth.renderStereo(block);
    for (let sample = 0; sample < BLOCK; sample += 1) heard[at + sample] = block[sample * 2] ?? 0;
  }
  return heard;
}

test("nothing sounds before a note", () => {
  const synth = new Synth(48_000);
  expect(synth.sounding).toBe(false);
  expect(loudness(listen(synth, 0.1))).toBe(0);
});

test("notes sound together, each at its own pitch", () => {
  const synth = new Synth(48_000);
  synth.noteOn(0, 440);
  synth.noteOn(1, 660);
  const heard = listen(synth, 0.5);
  expect(amplitudeAt(heard, 440)).toBeGreaterThan(0.1);
  expect(amplitudeAt(heard, 660)).toBeGreaterThan(0.1);
  expect(amplitudeAt(heard, 550)).toBeLessThan(0.01);
});

test("a lifted note is damped to silence within a second, a held one fades out by itself", () => {
  const synth = new Synth(48_000);
  synth.noteOn(0, 440);
  listen(synth, 0.2);
  expect(synth.sounding).toBe(true);
  synth.noteOff(0);
  listen(synth, 1);
  expect(synth.sounding).toBe(false);
  synth.noteOn(0, 440);
  listen(synth, 10);
  expect(synth.sounding).toBe(false);
});

test("the same voice again lets its old note go, and all notes can be let go at once", () => {
  const synth = new Synth(48_000);
  synth.noteOn(3, 440);
  synth.noteOn(3, 880);
  const heard = listen(synth, 1);
  expect(amplitudeAt(heard.slice(24_000), 440)).toBeLessThan(0.005);
  synth.noteOn(4, 300);
  synth.allOff();
  listen(synth, 1);
  expect(synth.sounding).toBe(false);
});

test("ten notes at once stay within the range of samples, and begin without a click", () => {
  const synth = new Synth(48_000);
  for (let voice = 0; voice < 10; voice += 1) synth.noteOn(voice, 200 + voice * 50);
  const heard = listen(synth, 0.3);
  expect(heard.every((sample) => Math.abs(sample) < 1)).toBe(true);
  expect(Math.max(...heard.slice(0, 4).map(Math.abs))).toBeLessThan(0.02);
});

test("M-13 everything is as loud as its gain says, down to silence", () => {
  const heardAt = (gain: number) => {
    const synth = new Synth(48_000);
    synth.gain = gain;
    synth.noteOn(0, 440);
    return loudness(listen(synth, 0.2));
  };
  expect(heardAt(0.25) / heardAt(1)).toBeCloseTo(0.25, 3);
  expect(heardAt(0)).toBe(0);
});
