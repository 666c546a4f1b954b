import type { Adb } from "@yume-chan/adb";
import type { HardwareWishes, LentHardware } from "../../hardware.ts";
import { within } from "../adb/deadline.ts";
import { AdbLocation } from "./adb-location.ts";
import type { BackEnd } from "./back-end.ts";
import type { BackEnds } from "./back-ends.ts";
import { CameraPipe } from "./camera-pipe.ts";
import { DeviceShell } from "./device-shell.ts";
import { Emulator } from "./emulator.ts";
import { readLocationDump } from "./location-dump.ts";
import { type Look, Looking } from "./looking.ts";
import { MicrophonePipe } from "./microphone-pipe.ts";
import { readSensorDump } from "./sensor-dump.ts";
import { locationWanted, motionWanted } from "./wanted.ts";
import { Wish } from "./wish.ts";

/** A device that does not answer by then is left as it is; what is left is removed when it is found again. */
const CLOSE_DEADLINE_MS = 5_000;

/** What an Android device needs to borrow. */
export interface BorrowingOptions {
  /** @throws Error when the device is not there */
  readonly connect: () => Promise<Adb>;
  readonly backEnds: BackEnds;
  /** The device's apps by package: the person is asked in the name that they know. */
  readonly names: ReadonlyMap<string, string>;
  readonly log: (line: string) => void;
}

/** What one Android device in use borrows: who wants it is looked for in the device, and what is lent is brought there. */
export class Borrowing implements BackEnd {
  readonly #shell: DeviceShell;
  readonly #looking: Looking;
  readonly #ways: readonly BackEnd[];

  constructor({ connect, backEnds, names, log }: BorrowingOptions, given: HardwareWishes) {
    const wishes: HardwareWishes = {
      ask: (purpose, want) => given.ask(purpose, want),
      done: (kind) => {
        given.done(kind);
        // Nobody answers that: it is over from here on.
        this.came({ type: "ended", kind, reason: "stopped" });
      },
    };
    this.#shell = new DeviceShell(connect);
    const looks: Look[] = [];
    const ways: BackEnd[] = [];
    const { location, motion } = backEnds;
    const nameOf = (app: string) => names.get(app) ?? app;
    if (location !== undefined) looks.push(locationLook(wishes, nameOf));
    if (motion !== undefined) looks.push(motionLook(wishes, nameOf));
    if (location === "adb") ways.push(new AdbLocation(this.#shell));
    const emulator = location === "adb" ? motion : (location ?? motion);
    if (emulator !== undefined) ways.push(new Emulator(emulator.console));
    if (backEnds.camera !== undefined) ways.push(new CameraPipe(backEnds.camera, wishes, log));
    if (backEnds.microphone !== undefined) ways.push(new MicrophonePipe(backEnds.microphone, wishes, log));
    this.#ways = ways;
    this.#looking = new Looking(this.#shell, looks);
  }

  came(news: LentHardware): void {
    for (const way of this.#ways) way.came(news);
  }

  /** Nobody watches, who could lend anything. */
  setPaused(paused: boolean): void {
    this.#looking.setPaused(paused);
  }

  async close(): Promise<void> {
    this.#looking.close();
    await within(CLOSE_DEADLINE_MS, Promise.all(this.#ways.map((way) => way.close())));
    this.#shell.close();
  }
}

function locationLook(wishes: HardwareWishes, nameOf: (app: string) => string): Look {
  const wish = new Wish(wishes, "location");
  return {
    args: ["dumpsys", "location"],
    seen: (answer) => wish.looked(locationWanted(readLocationDump(answer).listeners, nameOf)),
  };
}

function motionLook(wishes: HardwareWishes, nameOf: (app: string) => string): Look {
  const wish = new Wish(wishes, "motion");
  return {
    args: ["dumpsys", "sensorservice"],
    seen: (answer) => wish.looked(motionWanted(readSensorDump(answer), nameOf)),
  };
}
