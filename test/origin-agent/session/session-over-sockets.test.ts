import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CLOSE, type InputBody, type OriginMessage, writeInput } from "#protocol";
import { type Agent, startAgent } from "../../../origin-agent/agent.ts";
import { edgeAt, systemTimers } from "../../../origin-agent/link/index.ts";
import { MAX_IN_FLIGHT_BYTES } from "../../../origin-agent/session/send-window.ts";
import { eventually } from "../support/eventually.ts";
import { type FakeDevice, fakeDevice } from "../support/fake-device.ts";
import { type FakeEdge, type HostSocket, type OriginSocket, startFakeEdge } from "../support/fake-edge.ts";

let edge: FakeEdge;
let device: FakeDevice;
let other: FakeDevice;
let agent: Agent;
let log: string[];

beforeEach(async () => {
  edge = await startFakeEdge();
  device = fakeDevice("fake-1");
  other = fakeDevice("fake-2");
  log = [];
  agent = startAgent({
    edge: edgeAt(edge.address),
    timers: systemTimers,
    token: "enrolment.token.secret",
    devices: [device, other],
    log: (line) => log.push(line),
    refused: (refusal) => log.push(`refused ${refusal.kind}`),
  });
});

afterEach(async () => {
  await agent.stop();
  edge.close();
});

async function enrol(): Promise<HostSocket> {
  const host = await eventually("the host's hello", () => edge.hosts.find(({ said }) => said[0]?.type === "hello"));
  host.say({ type: "welcome", protocol: 1, host: "rack-1" });
  return host;
}

async function nextOrigin(index: number, welcome: Partial<Extract<OriginWelcome, object>> = {}): Promise<OriginSocket> {
  const origin = await eventually("the origin's hello", () => {
    const socket = edge.origins[index];
    return socket?.said[0]?.type === "hello" ? socket : undefined;
  });
  origin.say({ ...WELCOME, ...welcome });
  return origin;
}

type OriginWelcome = typeof WELCOME;
const WELCOME = {
  type: "welcome" as const,
  protocol: 1,
  session: "weur-1",
  resume: "resume.secret",
  nextEpoch: 5,
  nextVideo: 40,
  nextAudio: 7,
  viewers: 1,
  at: Date.now() * 1_000,
};

async function serve(session = "weur-1", deviceId = "fake-1"): Promise<{ host: HostSocket; origin: OriginSocket }> {
  const host = await enrol();
  host.say({ type: "serve", session, device: deviceId, ticket: "first.ticket" });
  return { host, origin: await nextOrigin(0) };
}

function said<Type extends OriginMessage["type"]>(origin: OriginSocket, type: Type) {
  return origin.said.filter((message): message is Extract<OriginMessage, { type: Type }> => message.type === type);
}

function input(lease: number, sequence: number, body: InputBody, epoch = 5): ArrayBuffer {
  return writeInput({ lease, sequence, epoch, ...body });
}

const key = (keycode: number): InputBody => ({ kind: "key", down: true, repeat: false, keycode, meta: 0 });
const touch: InputBody = { kind: "touch", pointers: [{ id: 0, phase: "down", x: 0.5, y: 0.5, pressure: 1 }] };

describe("an agent over real sockets", () => {
  it("S-3 serves: ticket, hello, display, then frames numbered and stamped as the welcome says", async () => {
    const { host, origin } = await serve();
    expect(host.said[0]).toMatchObject({ type: "hello", serving: [], devices: [{ id: "fake-1" }, { id: "fake-2" }] });
    expect([host.ticket, origin.ticket]).toEqual(["enrolment.token.secret", "first.ticket"]);
    expect(origin.path).toBe("/api/v1/sessions/weur-1/origin");
    await eventually("the device to run", () => device.calls.includes("setPaused false"));
    device.yieldVideo(true);
    device.yieldVideo(false);
    device.yieldAudio();
    await eventually("three frames", () => origin.frames.length === 3);
    expect(said(origin, "display")).toEqual([
      { type: "display", epoch: 5, width: 720, height: 1280, rotation: 0, codec: "h264" },
    ]);
    expect(
      origin.frames.map(({ header: { kind, keyframe, epoch, sequence } }) => [kind, keyframe, epoch, sequence]),
    ).toEqual([
      ["audio", true, 5, 7],
      ["video", true, 5, 40],
      ["video", false, 5, 41],
    ]);
    const age = Date.now() * 1_000 - (origin.frames[1]?.header.capturedAtMicros ?? 0);
    expect(Math.abs(age)).toBeLessThan(10_000_000);
  });

  it("K-1 stamps in the session's time: an edge whose clock is an hour ahead gets stamps an hour ahead", async () => {
    const host = await enrol();
    host.say({ type: "serve", session: "weur-1", device: "fake-1", ticket: "first.ticket" });
    const hourMicros = 3_600 * 1_000_000;
    const origin = await nextOrigin(0, { at: Date.now() * 1_000 + hourMicros });
    for (const { sentAt } of [await eventually("a question", () => said(origin, "clock")[0])]) {
      origin.say({ type: "clock-reply", sentAt, at: Date.now() * 1_000 + hourMicros });
    }
    await eventually("more questions", () => said(origin, "clock").length >= 2);
    const before = Date.now();
    device.yieldVideo(true);
    const frame = await eventually("a frame", () => origin.frames[0]);
    expect(Math.abs(frame.header.capturedAtMicros / 1_000 - before - 3_600_000)).toBeLessThan(1_000);
  });

  it("I-5 applies input once for each lease and sequence, and acknowledges in batches", async () => {
    const { origin } = await serve();
    await eventually("the display", () => said(origin, "display")[0]);
    for (const sequence of [1, 2, 3]) origin.sendRaw(input(1, sequence, key(sequence)));
    for (const sequence of [2, 3, 4]) origin.sendRaw(input(1, sequence, key(sequence)));
    await eventually("the acknowledgement of all", () => said(origin, "input-ack").at(-1)?.sequence === 4);
    expect(device.inputs.map((body) => (body.kind === "key" ? body.keycode : body.kind))).toEqual([1, 2, 3, 4]);
    expect(said(origin, "input-ack").length).toBeLessThan(4);
    origin.sendRaw(input(2, 1, key(21)));
    origin.sendRaw(input(1, 5, key(5)));
    await eventually("the new lease's acknowledgement", () => said(origin, "input-ack").at(-1)?.lease === 2);
    expect(device.calls.filter((call) => call === "releaseAll" || call.startsWith("input"))).toEqual([
      ...["input key", "input key", "input key", "input key"],
      ...["releaseAll", "input key"],
    ]);
  });

  it("I-4 a touch aimed at an older picture counts as done and touches nothing", async () => {
    const { origin } = await serve();
    await eventually("the display", () => said(origin, "display")[0]);
    device.sink().display({ width: 1280, height: 720, rotation: 90, codec: "h264" });
    origin.sendRaw(input(1, 1, touch, 5));
    origin.sendRaw(input(1, 2, touch, 6));
    await eventually("the acknowledgement", () => said(origin, "input-ack").at(-1)?.sequence === 2);
    expect(device.inputs).toHaveLength(1);
    expect(device.calls).toContain("releaseAll");
    expect(said(origin, "display").map(({ epoch }) => epoch)).toEqual([5, 6]);
  });

  it("M-8 obeys: keyframes, rates, viewers, release, clipboard both ways", async () => {
    const { origin } = await serve();
    origin.say({ type: "keyframe-request" });
    origin.say({ type: "target-rate", bitrate: 900_000, frameRate: 15, maxSide: 640 });
    origin.say({ type: "target-rate", bitrate: 900_000, frameRate: 15 });
    origin.say({ type: "viewers", count: 0 });
    origin.say({ type: "viewers", count: 2 });
    origin.say({ type: "viewers", count: 3 });
    origin.say({ type: "release", lease: 1 });
    origin.say({ type: "clipboard", text: "from the viewer" });
    origin.say({ type: "open-app", app: "notes" });
    origin.say({ type: "rotate" });
    origin.say({ type: "screen", on: false });
    await eventually("the last order", () => device.calls.includes("setScreen false"));
    expect(device.calls).toEqual([
      "open",
      "setPaused true",
      "setPaused false",
      "requestKeyframe",
      "setTarget 900000 15 640",
      "setTarget 900000 15 undefined",
      "setPaused true",
      "setPaused false",
      "releaseAll",
      "setClipboard from the viewer",
      "openApp notes",
      "rotate",
      "setScreen false",
    ]);
    device.sink().clipboard("x".repeat(16 * 1024 + 1));
    device.sink().clipboard("from the device");
    await eventually("the clipboard", () => said(origin, "clipboard")[0]?.text === "from the device");
    expect(log.join("\n")).not.toMatch(/viewer"|from the|secret|ticket\b/);
  });

  it("S-4 a broken connection keeps the device open, comes back with a bought ticket, and goes on counting", async () => {
    const { origin } = await serve();
    await eventually("the device to run", () => device.calls.includes("setPaused false"));
    for (const keyframe of [true, false, false]) device.yieldVideo(keyframe);
    origin.sendRaw(input(1, 1, key(1)));
    await eventually("the acknowledgement", () => said(origin, "input-ack").at(-1)?.sequence === 1);
    await eventually("three frames", () => origin.frames.length === 3);
    origin.breakOff();
    await eventually("the pause", () => device.calls.at(-1) === "setPaused true");
    device.sink().clipboard("while away");
    // The edge has seen less than was sent, and no acknowledgement of the input either.
    const again = await nextOrigin(1, { nextEpoch: 6, nextVideo: 42 });
    expect(again.said[0]).toMatchObject({ type: "hello", resumed: true });
    expect(edge.renewals).toEqual([{ session: "weur-1", authorization: "Bearer resume.secret" }]);
    expect(again.ticket).toBe("renewed.1");
    await eventually("the input's acknowledgement, said again", () => said(again, "input-ack")[0]?.sequence === 1);
    await eventually("the clipboard", () => said(again, "clipboard")[0]?.text === "while away");
    again.sendRaw(input(1, 1, key(1)));
    again.sendRaw(input(1, 2, key(2)));
    await eventually("the next acknowledgement", () => said(again, "input-ack").at(-1)?.sequence === 2);
    expect(device.inputs).toHaveLength(2);
    device.yieldVideo(true);
    const frame = await eventually("a frame", () => again.frames[0]);
    expect(frame.header).toMatchObject({ epoch: 5, sequence: 43, keyframe: true });
    expect(said(again, "display")).toEqual([]);
    expect(device.calls.filter((call) => call === "open" || call === "close")).toEqual(["open"]);
  });

  it("L-4 an agent that lost its socket lifts everything: nobody can tell it to while it is away", async () => {
    const { origin } = await serve();
    await eventually("the display", () => said(origin, "display")[0]);
    origin.sendRaw(input(1, 1, touch));
    await eventually("the finger", () => device.inputs.length === 1);
    expect(device.calls).not.toContain("releaseAll");
    origin.breakOff();
    await eventually("the release", () => device.calls.includes("releaseAll"));
  });

  it("W-4 without acknowledgements it stops sending pictures, and starts at a keyframe when they come", async () => {
    const { origin } = await serve();
    await eventually("the device to run", () => device.calls.includes("setPaused false"));
    for (const [index, keyframe] of [true, false, false].entries()) {
      device.yieldVideo(keyframe, 600_000);
      if (index < 2) await eventually("the frame", () => origin.frames.length === index + 1);
    }
    await eventually("a look for room", () => !device.sink().hasRoom());
    expect(device.calls).not.toContain("requestKeyframe");
    expect(origin.frames).toHaveLength(2);
    origin.say({ type: "ack", video: 41 });
    await eventually("the request", () => device.calls.includes("requestKeyframe"));
    device.yieldVideo(false);
    device.yieldVideo(true);
    const frame = await eventually("a frame", () => origin.frames[2]);
    expect(frame.header).toMatchObject({ sequence: 42, keyframe: true });
  });

  it("W-4 an edge that stops reading is sent 1 MiB and a frame at most, and then a keyframe first", async () => {
    const { origin } = await serve();
    await eventually("the device to run", () => device.calls.includes("setPaused false"));
    device.yieldVideo(true);
    await eventually("the first frame", () => origin.frames.length === 1);
    origin.stopReading();
    const bytes = 50_000;
    // A device that does not even ask for room, with 15 s of 8 Mbit/s.
    for (let frame = 0; frame < 300; frame += 1) {
      device.yieldVideo(frame % 50 === 0, bytes);
      device.yieldAudio(bytes / 10);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(device.sink().hasRoom()).toBe(false);
    expect(device.calls).not.toContain("requestKeyframe");
    origin.readAgain();
    // The answer to an input comes after every frame that was handed over: the connection keeps its order.
    origin.sendRaw(input(1, 1, key(1)));
    await eventually("the acknowledgement behind them", () => said(origin, "input-ack")[0]);
    for (const kind of ["video", "audio"] as const) {
      const frames = origin.frames.filter(({ header }) => header.kind === kind);
      const taken = frames.reduce((sum, { payload }) => sum + payload.byteLength + 16, 0);
      expect(taken).toBeLessThanOrEqual(MAX_IN_FLIGHT_BYTES + bytes + 16 + 116);
    }
    const newest = origin.frames.filter(({ header }) => header.kind === "video").at(-1)?.header.sequence ?? 0;
    origin.say({ type: "ack", video: newest, audio: 1_000_000 });
    await eventually("the request", () => device.calls.includes("requestKeyframe"));
    device.yieldVideo(false);
    device.yieldVideo(true);
    const next = await eventually("the next frame", () =>
      origin.frames.find(({ header }) => header.kind === "video" && header.sequence === newest + 1),
    );
    expect(next.header.keyframe).toBe(true);
  });

  it.each([
    ["broken JSON", "{"],
    ["an unknown type", '{"type":"format-disk"}'],
    ["a rate out of its bounds", '{"type":"target-rate","bitrate":-1,"frameRate":10}'],
    ["truncated input", new Uint8Array([0x18, 1, 0, 0]).buffer],
    ["a frame", new Uint8Array(40).fill(0x11).buffer],
    ["an empty message", new ArrayBuffer(0)],
    // RFC 6455 section 7.4.1: 1009, a message too big to process.
    ["10 MiB of nothing", new ArrayBuffer(10 * 1024 * 1024), 1009],
  ])(
    "C-2 %s ends that connection; the session comes back, the other never notices",
    async (_, garbage, code = CLOSE.protocolFault.code) => {
      const { host, origin } = await serve();
      host.say({ type: "serve", session: "weur-2", device: "fake-2", ticket: "second.ticket" });
      const healthy = await nextOrigin(1, { session: "weur-2" });
      await eventually("both devices to run", () => other.calls.includes("setPaused false"));
      origin.sendRaw(garbage);
      await eventually("the close", () => origin.closedWith === code);
      const again = await nextOrigin(2);
      other.yieldVideo(true);
      await eventually("a frame of the other session", () => healthy.frames[0]);
      device.yieldVideo(true);
      await eventually("a frame after the return", () => again.frames[0]);
      expect(healthy.closedWith).toBeUndefined();
      expect(host.closedWith).toBeUndefined();
    },
  );

  it("H-3 sessions go on while the control link is away, and the next hello names them", async () => {
    const { host, origin } = await serve();
    host.breakOff();
    const again = await eventually("the next hello", () => edge.hosts[1]?.said[0]);
    expect(again).toMatchObject({ type: "hello", serving: ["weur-1"] });
    device.yieldVideo(true);
    await eventually("a frame", () => origin.frames[0]);
  });

  it("H-2 a refused enrolment is told with its kind and without the token", async () => {
    const host = await eventually("the host", () => edge.hosts[0]);
    host.close(CLOSE.ticketRefused.code);
    await eventually("the refusal", () => log.includes("refused enrolment-refused"));
    expect(log.join("\n")).not.toContain("secret");
  });

  it("S-1 a stopped agent says goodbye on every socket and closes its devices", async () => {
    const { host, origin } = await serve();
    await eventually("the session", () => log.includes("session weur-1: connected"));
    await agent.stop();
    await eventually("the goodbyes", () => host.said.at(-1)?.type === "bye" && origin.said.at(-1)?.type === "bye");
    expect(device.calls.at(-1)).toBe("close");
  });
});
