import type { Adb } from "@yume-chan/adb";
import type { HardwareWishes, LentHardware } from "../../hardware.ts";
import { AdbLocation } from "./adb-location.ts";
import type { BackEnd } from "./back-end.ts";
import type { BackEnds } from "./back-ends.ts";
import { CameraPipe } from "./camera-pipe.ts";
import { DeviceShell } from "./device-shell.ts";
import { readLocationDump } from "./location-dump.ts";
import { locationWanted } from "./location-wanted.ts";
import { type Look, Looking } from "./looking.ts";
import { MicrophonePipe } from "./microphone-pipe.ts";
import { Wish } from "./wish.ts";

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

  constructor({ connect, backEnds, names, log }: BorrowingOptions, wishes: HardwareWishes) {
    this.#shell = new DeviceShell(connect);
    const looks: Look[] = [];
    const ways: BackEnd[] = [];
    if (backEnds.location !== undefined) {
      looks.push(locationLook(wishes, (app) => names.get(app) ?? app));
      ways.push(new AdbLocation(this.#shell));
    }
    if (backEnds.camera !== undefined) ways.push(new CameraPipe(backEnds.camera, wishes, log));
    if (backEnds.microphone !== undefined) ways.push(new MicrophonePipe(backEnds.microphone, wishes, log));
    this.#ways = ways;
    this.#looking = new Looking(this.#shell, looks);
  }

  came(news: LentHardware): void {
    for (const way of this.#ways) way.came(news);
  }

  async close(): Promise<void> {
    this.#looking.close();
    await Promise.all(this.#ways.map((way) => way.close()));
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
