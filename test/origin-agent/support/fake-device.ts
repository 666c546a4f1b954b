import type { DeviceDescription, InputBody } from "#protocol";
import type { Device, DeviceSink, MediaUnit, OpenDevice } from "../../../origin-agent/device/device.ts";
import type { DeviceFiles } from "../../../origin-agent/device/files.ts";

/** A device that records what it is asked to do, and yields what the test makes it yield. */
export interface FakeDevice extends Device {
  /** Everything it was asked to do, in order; inputs with their body. */
  readonly calls: string[];
  readonly inputs: InputBody[];
  /** Of the opening that is in force. */
  sink(): DeviceSink;
  yieldVideo(keyframe: boolean, bytes?: number): void;
  yieldAudio(bytes?: number): void;
  /** What it gives and takes; undefined by default. */
  files: DeviceFiles | undefined;
  /** What the next openings do; by default they succeed at once. */
  opens: () => Promise<void>;
  /** The same of closing. */
  closes: () => Promise<void>;
}

export function fakeDevice(id = "fake-1"): FakeDevice {
  let sink: DeviceSink | undefined;
  const calls: string[] = [];
  const inputs: InputBody[] = [];
  const current = () => {
    if (sink === undefined) throw new Error("the device is not open");
    return sink;
  };
  const device: FakeDevice = {
    description: describeDevice(id),
    calls,
    inputs,
    sink: current,
    files: undefined,
    opens: async () => {},
    closes: async () => {},
    yieldVideo: (keyframe, bytes = 100) => current().unit(videoUnit(keyframe, bytes)),
    yieldAudio: (bytes = 20) => current().unit({ ...videoUnit(true, bytes), kind: "audio", config: false }),
    open: async (opened, onlyApp) => {
      calls.push(onlyApp === undefined ? "open" : `open for ${onlyApp}`);
      await device.opens();
      sink = opened;
      sink.display({ width: 720, height: 1280, rotation: 0, codec: "h264" });
      return { ...recordingDevice(calls, inputs, () => device.closes()), files: device.files };
    },
  };
  return device;
}

export function videoUnit(keyframe: boolean, bytes = 100): MediaUnit {
  const capturedAtMicros = Date.now() * 1_000;
  return {
    kind: "video",
    keyframe,
    config: keyframe,
    capturedAtMicros,
    data: new Uint8Array(bytes).fill(keyframe ? 0x65 : 0x41),
  };
}

function recordingDevice(calls: string[], inputs: InputBody[], closes: () => Promise<void>): OpenDevice {
  const note = (call: string) => void calls.push(call);
  return {
    audio: { codec: "opus", sampleRate: 48_000, channels: 2 },
    requestKeyframe: () => note("requestKeyframe"),
    setTarget: ({ bitrate, frameRate, maxSide }) => note(`setTarget ${bitrate} ${frameRate} ${maxSide}`),
    setPaused: (paused) => note(`setPaused ${paused}`),
    roomReturned: () => note("roomReturned"),
    input: (input) => {
      note(`input ${input.kind}`);
      inputs.push(input);
    },
    releaseAll: () => note("releaseAll"),
    setClipboard: (text) => note(`setClipboard ${text}`),
    openApp: (app) => note(`openApp ${app}`),
    rotate: () => note("rotate"),
    setScreen: (on) => note(`setScreen ${on}`),
    close: async () => {
      note("close");
      await closes();
    },
  };
}

function describeDevice(id: string): DeviceDescription {
  return {
    id,
    name: "Fake",
    model: "Recorder",
    kind: "demo",
    width: 720,
    height: 1280,
    videoCodecs: ["h264"],
    features: ["touch", "keyboard", "audio", "clipboard"],
    apps: [],
  };
}
