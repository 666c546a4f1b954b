import type { InputBody } from "#protocol";
import type { DeviceSink, MediaUnit, OpenDevice } from "../device.ts";
import type { Asking } from "./adb/asking.ts";
import { within } from "./adb/deadline.ts";
import { AppKeeper } from "./app-keeper.ts";
import { FRONT_QUESTION, frontApp } from "./front-app.ts";

export interface OneAppOptions {
  /** Of the device's own list. */
  readonly app: string;
  /** Open the device with this sink. @throws Error in words for the host's operator */
  readonly open: (sink: DeviceSink) => Promise<OpenDevice>;
  readonly sink: DeviceSink;
  /** Of this device; closed with it. */
  readonly asking: Asking;
}

/** An app that is not in front by then does not start. */
const START_DEADLINE_MS = 10_000;
/** Of Android's KeyEvent: home, notifications, assistants, settings, the recent apps, and what starts an app of its own. */
const LEAVING_KEYS = new Set([
  ...[3, 5, 27, 64, 65, 83, 84, 117, 118, 171, 176, 187],
  ...[207, 208, 209, 210, 219, 231, 284, 312],
]);
/** Away from the bars: what would show other apps, or lead there. Undone at the end; one word restores all. */
const BARS = ["home", "recents", "search", "notification-peek", "statusbar-expansion"] as const;
const BARS_COMMAND = ["cmd", "statusbar", "send-disable-flag"] as const;

/**
 * A device that shows one app and nothing else (docs/protocol.md, S-14). Nothing is shown or touched while something else is in front.
 * @throws Error in words for the host's operator when it does not open, or the app does not start
 */
export async function openForOneApp(options: OneAppOptions): Promise<OpenDevice> {
  const { app, sink, asking } = options;
  const started = Promise.withResolvers<true>();
  const shutter = new Shutter(sink);
  const device = await options.open(shutter.sink);
  // Nobody sees anything before the app is there.
  device.setPaused(true);
  const keeper = new AppKeeper(app, {
    front: async () => frontApp(await asking.run(FRONT_QUESTION)),
    bring: () => device.openApp(app),
    changed: (inFront) => {
      shutter.open = inFront;
      if (!inFront) return device.releaseAll();
      started.resolve(true);
      device.requestKeyframe();
    },
    now: () => performance.now(),
    after: (delayMs, go) => {
      const timer = setTimeout(go, delayMs);
      return () => clearTimeout(timer);
    },
  });
  // Not every system has these; the keeper does without.
  const setBars = (flags: readonly string[]) => asking.run([...BARS_COMMAND, ...flags]).catch(() => {});
  const close = async () => {
    keeper.close();
    await Promise.all([setBars(["none"]), device.close()]);
    asking.close();
  };
  void setBars(BARS);
  keeper.start();
  if ((await within(START_DEADLINE_MS, started.promise)) === undefined) {
    await close();
    throw new Error(`${app} does not come to the front`);
  }
  device.setPaused(false);
  return {
    ...device,
    input: (input) => {
      if (keeper.inFront && !leaves(input)) device.input(input);
    },
    openApp: () => {},
    close,
  };
}

function leaves(input: InputBody): boolean {
  return input.kind === "key" && LEAVING_KEYS.has(input.keycode);
}

/** Before the pictures: shut, none goes through; opened again, they begin with a keyframe. */
class Shutter {
  readonly sink: DeviceSink;
  #open = false;
  #broken = true;

  constructor(sink: DeviceSink) {
    this.sink = {
      display: (display) => sink.display(display),
      hasRoom: () => sink.hasRoom(),
      unit: (unit) => {
        if (this.#passes(unit)) sink.unit(unit);
      },
      clipboard: (text) => {
        if (this.#open) sink.clipboard(text);
      },
      hardware: sink.hardware,
      lost: (reason) => sink.lost(reason),
    };
  }

  set open(open: boolean) {
    this.#open = open;
  }

  #passes({ kind, keyframe }: MediaUnit): boolean {
    if (kind === "audio") return this.#open;
    this.#broken = !this.#open || (this.#broken && !keyframe);
    return !this.#broken;
  }
}
