import { describe, expect, it } from "vitest";
import { type ToViewerMessage, toViewerChannel, type ViewerMessage, viewerChannel } from "#protocol";
import { faultOf } from "../support/fault.ts";
import { MOVEMENT, MOVEMENT_TEXT, PLACE, PLACE_TEXT } from "./samples.ts";

/** The type checker refuses these tables when a message of the channel has no line. */
const FROM_VIEWER: {
  readonly [Type in ViewerMessage["type"]]: readonly [Extract<ViewerMessage, { type: Type }>, string];
} = {
  hello: [
    { type: "hello", protocol: 1, client: "nearglass-web/0.1.0", videoCodecs: ["h264", "av1"] },
    '{"type":"hello","protocol":1,"client":"nearglass-web/0.1.0","videoCodecs":["h264","av1"]}',
  ],
  ack: [
    {
      type: "ack",
      video: 812,
      audio: 1644,
      receivedAt: 48123456,
      queued: 1,
      decodedAt: 1763956800123456,
      paintedAt: 1763956800125000,
    },
    '{"type":"ack","video":812,"audio":1644,"receivedAt":48123456,"queued":1,"decodedAt":1763956800123456,"paintedAt":1763956800125000}',
  ],
  "keyframe-request": [{ type: "keyframe-request" }, '{"type":"keyframe-request"}'],
  clock: [{ type: "clock", sentAt: 1763956800000000 }, '{"type":"clock","sentAt":1763956800000000}'],
  "lease-request": [{ type: "lease-request", want: true }, '{"type":"lease-request","want":true}'],
  "lease-answer": [
    { type: "lease-answer", seat: "b7c1", give: true },
    '{"type":"lease-answer","seat":"b7c1","give":true}',
  ],
  clipboard: [{ type: "clipboard", text: 'q"é\n' }, '{"type":"clipboard","text":"q\\"é\\n"}'],
  rotate: [{ type: "rotate" }, '{"type":"rotate"}'],
  screen: [{ type: "screen", on: false }, '{"type":"screen","on":false}'],
  "open-app": [{ type: "open-app", app: "org.example.notes" }, '{"type":"open-app","app":"org.example.notes"}'],
  quality: [
    {
      type: "quality",
      received: 300,
      decoded: 299,
      painted: 290,
      dropped: 10,
      keyframesRequested: 1,
      freezes: 1,
      frozenMs: 420,
      rttMs: 24,
      receivedAge: { p50: 31, p95: 44 },
      decodedAge: { p50: 36, p95: 51 },
      paintedAge: { p50: 38, p95: 55 },
    },
    '{"type":"quality","received":300,"decoded":299,"painted":290,"dropped":10,"keyframesRequested":1,' +
      '"freezes":1,"frozenMs":420,"rttMs":24,"receivedAge":{"p50":31,"p95":44},' +
      '"decodedAge":{"p50":36,"p95":51},"paintedAge":{"p50":38,"p95":55}}',
  ],
  "hardware-answer": [
    { type: "hardware-answer", kind: "camera", answer: "granted", codec: "h264" },
    '{"type":"hardware-answer","kind":"camera","answer":"granted","codec":"h264"}',
  ],
  location: [PLACE, PLACE_TEXT],
  motion: [MOVEMENT, MOVEMENT_TEXT],
  bye: [{ type: "bye" }, '{"type":"bye"}'],
};

const TO_VIEWER: {
  readonly [Type in ToViewerMessage["type"]]: readonly [Extract<ToViewerMessage, { type: Type }>, string];
} = {
  welcome: [
    {
      type: "welcome",
      protocol: 1,
      session: "weur-3f0c6a52-8d57-4a7e-9a43-2f6f1f3c9b11",
      seat: "b7c1",
      rights: ["view", "touch"],
      resume: "c2VjcmV0",
      device: {
        id: "demo",
        name: "Demo phone",
        model: "Nearglass demo",
        kind: "demo",
        width: 720,
        height: 1280,
        videoCodecs: ["h264"],
        features: ["touch", "audio"],
        apps: [{ id: "notes", name: "Notes" }],
      },
      origin: "online",
      display: { epoch: 3, width: 720, height: 1280, rotation: 0, codec: "h264" },
      audio: { codec: "opus", sampleRate: 48000, channels: 2 },
      lease: { lease: 4, mine: true, held: true },
      appliedInput: 17,
      at: 1763956800000000,
    },
    '{"type":"welcome","protocol":1,"session":"weur-3f0c6a52-8d57-4a7e-9a43-2f6f1f3c9b11","seat":"b7c1",' +
      '"rights":["view","touch"],"resume":"c2VjcmV0",' +
      '"device":{"id":"demo","name":"Demo phone","model":"Nearglass demo","kind":"demo","width":720,"height":1280,' +
      '"videoCodecs":["h264"],"features":["touch","audio"],"apps":[{"id":"notes","name":"Notes"}]},' +
      '"origin":"online","display":{"epoch":3,"width":720,"height":1280,"rotation":0,"codec":"h264"},' +
      '"audio":{"codec":"opus","sampleRate":48000,"channels":2},' +
      '"lease":{"lease":4,"mine":true,"held":true},"appliedInput":17,"at":1763956800000000}',
  ],
  display: [
    { type: "display", epoch: 4, width: 1280, height: 720, rotation: 90, codec: "h264" },
    '{"type":"display","epoch":4,"width":1280,"height":720,"rotation":90,"codec":"h264"}',
  ],
  audio: [
    { type: "audio", codec: "opus", sampleRate: 48000, channels: 1 },
    '{"type":"audio","codec":"opus","sampleRate":48000,"channels":1}',
  ],
  origin: [{ type: "origin", state: "away" }, '{"type":"origin","state":"away"}'],
  lease: [{ type: "lease", lease: 5, mine: false, held: true }, '{"type":"lease","lease":5,"mine":false,"held":true}'],
  "lease-asked": [{ type: "lease-asked", seat: "b7c1" }, '{"type":"lease-asked","seat":"b7c1"}'],
  "input-ack": [{ type: "input-ack", lease: 4, sequence: 18 }, '{"type":"input-ack","lease":4,"sequence":18}'],
  "clock-reply": [
    { type: "clock-reply", sentAt: 1763956800000000, at: 1763956800004000, edgeAge: { p50: 9, p95: 14 } },
    '{"type":"clock-reply","sentAt":1763956800000000,"at":1763956800004000,"edgeAge":{"p50":9,"p95":14}}',
  ],
  clipboard: [{ type: "clipboard", text: "漢" }, '{"type":"clipboard","text":"漢"}'],
  "hardware-ask": [
    {
      type: "hardware-ask",
      purpose: "Camera",
      want: { kind: "camera", width: 640, height: 480, frameRate: 15 },
    },
    '{"type":"hardware-ask","purpose":"Camera","want":{"kind":"camera","width":640,"height":480,"frameRate":15}}',
  ],
  "hardware-done": [{ type: "hardware-done", kind: "camera" }, '{"type":"hardware-done","kind":"camera"}'],
  rights: [
    {
      type: "rights",
      rights: ["view", "clipboard", "location", "motion"],
      allowance: {
        clipboardToDevice: { maxBytes: 4096, perMinute: 6 },
        clipboardFromDevice: { perMinute: 0 },
        apps: ["notes"],
        asksToSteer: true,
        singleApp: true,
        location: { gridM: 1000, perMinute: 2 },
        motionHz: 10,
      },
    },
    '{"type":"rights","rights":["view","clipboard","location","motion"],"allowance":{"clipboardToDevice":{"maxBytes":4096,' +
      '"perMinute":6},"clipboardFromDevice":{"perMinute":0},"apps":["notes"],"asksToSteer":true,"singleApp":true,' +
      '"location":{"gridM":1000,"perMinute":2},"motionHz":10}}',
  ],
  ending: [
    { type: "ending", reason: "idle", at: 1763956860000000 },
    '{"type":"ending","reason":"idle","at":1763956860000000}',
  ],
  refused: [
    { type: "refused", what: "clipboard", reason: "no-right" },
    '{"type":"refused","what":"clipboard","reason":"no-right"}',
  ],
};

describe("viewer -> edge", () => {
  it.each(Object.values(FROM_VIEWER))("M-5 $type is this text, both ways", (message, text) => {
    expect(viewerChannel.write(message)).toBe(text);
    expect(viewerChannel.parse(text)).toEqual(message);
  });

  it("M-5 an ack without any frame yet has its counts left out", () => {
    expect(viewerChannel.parse('{"type":"ack","queued":0}')).toEqual({ type: "ack", queued: 0 });
  });
});

describe("a quality report", () => {
  const [whole, text] = FROM_VIEWER.quality;

  it("Q-1 before any frame or clock has its counts alone", () => {
    const { rttMs: _rtt, receivedAge: _received, decodedAge: _decoded, paintedAge: _painted, ...bare } = whole;
    expect(viewerChannel.parse(JSON.stringify(bare))).toEqual(bare);
  });

  it.each([
    ["a count below 0", text.replace('"received":300', '"received":-1')],
    ["a count that is not whole", text.replace('"frozenMs":420', '"frozenMs":0.5')],
    ["a count of more than 32 bits", text.replace('"painted":290', '"painted":4294967296')],
    ["an age that is no number", text.replace('"p95":51', '"p95":"late"')],
    ["an age without its p95", text.replace(',"p95":51', "")],
    ["a missing count", text.replace('"freezes":1,', "")],
  ])("Q-1 with %s is a fault", (_what, damaged) => {
    expect(damaged).not.toBe(text);
    expect(faultOf(() => viewerChannel.parse(damaged))).toBe("bad-value");
  });

  it("Q-1 says numbers and nothing else: what else a viewer writes into it is left out", () => {
    expect(viewerChannel.parse(text.replace('{"type"', '{"note":"typed text","type"'))).toEqual(whole);
  });
});

describe("edge -> viewer", () => {
  it.each(Object.values(TO_VIEWER))("M-6 $type is this text, both ways", (message, text) => {
    expect(toViewerChannel.write(message)).toBe(text);
    expect(toViewerChannel.parse(text)).toEqual(message);
  });

  it("M-6 a welcome before the agent has come has no display and no audio", () => {
    const { display: _display, audio: _audio, ...bare } = TO_VIEWER.welcome[0];
    expect(toViewerChannel.parse(toViewerChannel.write(bare))).toEqual(bare);
  });
});
