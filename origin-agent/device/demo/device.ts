import type { DeviceDescription } from "#protocol";
import type { Device, DeviceSink, OpenDevice } from "../device.ts";
import { type AppId, CATALOG, isAppId } from "./apps/catalog.ts";
import { DemoFiles } from "./files.ts";
import { Borrowed } from "./hardware/borrowed.ts";
import { Phone, type PhoneStart, PORTRAIT } from "./phone.ts";
import { Pump } from "./pump.ts";
import { CHANNELS, SoundPump } from "./sound/sound-pump.ts";

export interface DemoOptions {
  /** Unique on its host; letters, digits and `._:-`. */
  readonly id: string;
  /** The app that is shown first, by its id such as `stopwatch`; the home screen without it. */
  readonly startApp?: string;
}

/**
 * The demo phone: drawn by this program, honest about it, and served like any other device. Every opening is a
 * fresh phone.
 * @throws Error in words for the host's operator when there is no such app
 */
export function createDemoDevice(options: DemoOptions): Device {
  const startApp = options.startApp === undefined ? undefined : knownApp(options.startApp);
  return {
    description: describe(options.id),
    open: async (sink, onlyApp) => {
      const only = onlyApp === undefined ? undefined : knownApp(onlyApp);
      return openDemo(sink, { startApp: only ?? startApp, onlyApp: only });
    },
  };
}

function openDemo(sink: DeviceSink, start: PhoneStart): OpenDevice {
  const sound = new SoundPump(sink);
  // The phone's first app may want to borrow something before there is anything to show it.
  let shown: Pump | undefined;
  const changed = () => shown?.changed();
  const hardware = new Borrowed(sink.hardware, changed);
  const files = new DemoFiles(changed);
  const phone = new Phone(
    {
      changed,
      clipboardWritten: (text) => sink.clipboard(text),
      noteOn: (voice, frequencyHz) => sound.noteOn(voice, frequencyHz),
      noteOff: (voice) => sound.noteOff(voice),
      volumeChanged: (gain) => sound.setGain(gain),
      hardware,
      files,
    },
    start,
  );
  const pump = new Pump(phone, sink);
  shown = pump;
  pump.advance();
  return {
    audio: { codec: "opus", sampleRate: 48_000, channels: CHANNELS },
    requestKeyframe: () => pump.requestKeyframe(),
    setTarget: (target) => pump.setTarget(target),
    setPaused: (paused) => {
      pump.setPaused(paused);
      sound.setPaused(paused);
    },
    roomReturned: () => pump.advance(),
    input: (input) => phone.input(input),
    releaseAll: () => phone.releaseAll(),
    setClipboard: (text) => phone.setClipboard(text),
    hardware: (news) => hardware.came(news),
    files,
    openApp: (app) => {
      if (isAppId(app)) phone.open(app);
    },
    rotate: () => phone.rotate(),
    setScreen: (on) => phone.setScreen(on),
    close: async () => {
      sound.close();
      await Promise.all([pump.close(), hardware.close()]);
    },
  };
}

function knownApp(id: string): AppId {
  if (isAppId(id)) return id;
  const known = CATALOG.map((entry) => entry.id).join(", ");
  throw new Error(`the demo phone has no app of that name; it has ${known}`);
}

function describe(id: string): DeviceDescription {
  return {
    id,
    name: "Demo phone",
    model: "Nearglass demo phone",
    kind: "demo",
    width: PORTRAIT.width,
    height: PORTRAIT.height,
    videoCodecs: ["h264"],
    features: [
      ...(["touch", "keyboard", "audio", "clipboard", "rotation", "navigation", "volume", "screen"] as const),
      ...(["gps", "motion", "camera", "microphone", "file-up", "file-down"] as const),
    ],
    apps: CATALOG.map(({ id: app, name }) => ({ id: app, name })),
  };
}
