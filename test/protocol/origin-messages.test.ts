import { describe, expect, it } from "vitest";
import { type OriginMessage, originChannel, type ToOriginMessage, toOriginChannel } from "#protocol";
import { MOVEMENT, MOVEMENT_TEXT, PLACE, PLACE_TEXT } from "./samples.ts";

/** The type checker refuses these tables when a message of the channel has no line. */
const FROM_ORIGIN: {
  readonly [Type in OriginMessage["type"]]: readonly [Extract<OriginMessage, { type: Type }>, string];
} = {
  hello: [
    {
      type: "hello",
      protocol: 1,
      agent: "nearglass-agent/0.1.0",
      audio: { codec: "opus", sampleRate: 48000, channels: 2 },
      resumed: true,
    },
    '{"type":"hello","protocol":1,"agent":"nearglass-agent/0.1.0",' +
      '"audio":{"codec":"opus","sampleRate":48000,"channels":2},"resumed":true}',
  ],
  display: [
    { type: "display", epoch: 65535, width: 8192, height: 1, rotation: 270, codec: "av1" },
    '{"type":"display","epoch":65535,"width":8192,"height":1,"rotation":270,"codec":"av1"}',
  ],
  "input-ack": [
    { type: "input-ack", lease: 4, sequence: 4294967295 },
    '{"type":"input-ack","lease":4,"sequence":4294967295}',
  ],
  clock: [{ type: "clock", sentAt: 0 }, '{"type":"clock","sentAt":0}'],
  clipboard: [{ type: "clipboard", text: "" }, '{"type":"clipboard","text":""}'],
  "hardware-ask": [
    {
      type: "hardware-ask",
      purpose: "Camera",
      want: { kind: "camera", width: 640, height: 480, frameRate: 15 },
    },
    '{"type":"hardware-ask","purpose":"Camera","want":{"kind":"camera","width":640,"height":480,"frameRate":15}}',
  ],
  "hardware-done": [{ type: "hardware-done", kind: "camera" }, '{"type":"hardware-done","kind":"camera"}'],
  "device-lost": [{ type: "device-lost" }, '{"type":"device-lost"}'],
  bye: [{ type: "bye" }, '{"type":"bye"}'],
};

const PUT = {
  do: "put",
  transfer: "0f8fad5b-d9cb-469f-a165-70867728950e",
  name: 'it\'s "$(two)"\n.txt',
  size: 268435456,
  as: "app",
  offset: 65536,
  length: 1048576,
} as const;

const TO_ORIGIN: {
  readonly [Type in ToOriginMessage["type"]]: readonly [Extract<ToOriginMessage, { type: Type }>, string];
} = {
  welcome: [
    {
      type: "welcome",
      protocol: 1,
      session: "weur-3f0c6a52-8d57-4a7e-9a43-2f6f1f3c9b11",
      resume: "c2VjcmV0",
      nextEpoch: 4,
      nextVideo: 813,
      nextAudio: 1645,
      viewers: 2,
      at: 1763956800000000,
    },
    '{"type":"welcome","protocol":1,"session":"weur-3f0c6a52-8d57-4a7e-9a43-2f6f1f3c9b11","resume":"c2VjcmV0",' +
      '"nextEpoch":4,"nextVideo":813,"nextAudio":1645,"viewers":2,"at":1763956800000000}',
  ],
  "keyframe-request": [{ type: "keyframe-request" }, '{"type":"keyframe-request"}'],
  "target-rate": [
    { type: "target-rate", bitrate: 2500000, frameRate: 30, maxSide: 1280 },
    '{"type":"target-rate","bitrate":2500000,"frameRate":30,"maxSide":1280}',
  ],
  ack: [{ type: "ack", video: 812, audio: 1644 }, '{"type":"ack","video":812,"audio":1644}'],
  release: [{ type: "release", lease: 4 }, '{"type":"release","lease":4}'],
  viewers: [{ type: "viewers", count: 0 }, '{"type":"viewers","count":0}'],
  "clock-reply": [
    { type: "clock-reply", sentAt: 1763956800000000, at: 1763956800004000 },
    '{"type":"clock-reply","sentAt":1763956800000000,"at":1763956800004000}',
  ],
  clipboard: [{ type: "clipboard", text: "pasted" }, '{"type":"clipboard","text":"pasted"}'],
  "hardware-granted": [
    {
      type: "hardware-granted",
      want: { kind: "location", intervalMs: 1000, distanceM: 0.5, accuracy: "coarse" },
      codec: "vp8",
    },
    '{"type":"hardware-granted","want":{"kind":"location","intervalMs":1000,"distanceM":0.5,"accuracy":"coarse"},"codec":"vp8"}',
  ],
  "hardware-ended": [
    { type: "hardware-ended", kind: "motion", reason: "time-limit" },
    '{"type":"hardware-ended","kind":"motion","reason":"time-limit"}',
  ],
  location: [PLACE, PLACE_TEXT],
  motion: [MOVEMENT, MOVEMENT_TEXT],
  rotate: [{ type: "rotate" }, '{"type":"rotate"}'],
  screen: [{ type: "screen", on: true }, '{"type":"screen","on":true}'],
  "open-app": [{ type: "open-app", app: "notes" }, '{"type":"open-app","app":"notes"}'],
  "file-call": [
    { type: "file-call", call: "pJQhZAJqWzSUXGPcZKZJ3zYqgYb3mKc0ZQf1mM8wE1s", want: PUT },
    '{"type":"file-call","call":"pJQhZAJqWzSUXGPcZKZJ3zYqgYb3mKc0ZQf1mM8wE1s","want":{"do":"put",' +
      '"transfer":"0f8fad5b-d9cb-469f-a165-70867728950e","name":"it\'s \\"$(two)\\"\\n.txt","size":268435456,' +
      '"as":"app","offset":65536,"length":1048576}}',
  ],
};

describe("origin -> edge", () => {
  it.each(Object.values(FROM_ORIGIN))("M-7 $type is this text, both ways", (message, text) => {
    expect(originChannel.write(message)).toBe(text);
    expect(originChannel.parse(text)).toEqual(message);
  });

  it("M-7 an agent whose device has no sound leaves audio out", () => {
    const { audio: _, ...silent } = FROM_ORIGIN.hello[0];
    expect(originChannel.parse(originChannel.write(silent))).toEqual(silent);
  });
});

describe("edge -> origin", () => {
  it.each(Object.values(TO_ORIGIN))("M-8 $type is this text, both ways", (message, text) => {
    expect(toOriginChannel.write(message)).toBe(text);
    expect(toOriginChannel.parse(text)).toEqual(message);
  });
});
