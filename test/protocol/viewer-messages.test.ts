import { describe, expect, it } from "vitest";
import { type ToViewerMessage, toViewerChannel, type ViewerMessage, viewerChannel } from "#protocol";

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
  clipboard: [{ type: "clipboard", text: 'q"é\n' }, '{"type":"clipboard","text":"q\\"é\\n"}'],
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
  "input-ack": [{ type: "input-ack", lease: 4, sequence: 18 }, '{"type":"input-ack","lease":4,"sequence":18}'],
  "clock-reply": [
    { type: "clock-reply", sentAt: 1763956800000000, at: 1763956800004000 },
    '{"type":"clock-reply","sentAt":1763956800000000,"at":1763956800004000}',
  ],
  clipboard: [{ type: "clipboard", text: "漢" }, '{"type":"clipboard","text":"漢"}'],
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
